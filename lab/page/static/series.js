// What the charts show, out of a run. Pure: points, not pictures.

import { isWhole, lowerBound } from "./trace.js";

/**
 * The charts of an experiment that have something to show.
 *
 * @param {object} start the event "start"
 * @param {{transport: string, conversation: object}[]} lanes
 * @returns {{id: string, unit: string, host: string, series: object[]}[]} series have a name, a color and points
 *   [t, y]; style is "step", "line" or "dots"
 */
export function chartsOf(start, lanes) {
  const shown = lanes.filter(({ conversation }) => conversation);
  const tcp = shown.find(({ conversation }) => conversation.sockets.length)?.conversation;
  const conditions = { ...start.conditions, ...shown[0]?.conversation.about.conditions };
  const charts = [tcp && windowChart(tcp), tcp && rttChart(tcp, conditions), queueChart(shown),
    sequenceChart(shown, conditions)];
  return charts.filter((chart) => chart && chart.series.some(({ points }) => points.length > 1));
}

/** The end that had most under way: what it does is what the lesson is about. */
function busiest({ sockets }) {
  const most = { client: 0, server: 0 };
  for (const { host, in_flight: bytes } of sockets) most[host] = Math.max(most[host], bytes ?? 0);
  return most.server > most.client ? "server" : "client";
}

const column = (sockets, name) => sockets.filter((s) => s[name] !== undefined).map((s) => [s.t, s[name]]);

function windowChart(tcp) {
  const host = busiest(tcp);
  const sockets = tcp.sockets.filter((s) => s.host === host);
  const series = [
    { name: "cwnd", color: "tcp", style: "step" },
    { name: "ssthresh", color: "again", style: "step", dash: [6, 4] },
    { name: "in_flight", color: "dim", style: "step", width: 1 },
  ].map((one) => ({ ...one, points: column(sockets, one.name) }));
  return { id: "window", title: "chart.window", caption: "chart.window.caption", unit: "B", host, series };
}

function rttChart(tcp, conditions) {
  const host = busiest(tcp);
  const sockets = tcp.sockets.filter((s) => s.host === host);
  const series = [
    { name: "srtt", color: "tcp", style: "step", points: column(sockets, "srtt") },
    { name: "rto", color: "lost", style: "step", dash: [6, 4], points: column(sockets, "rto") },
  ];
  const base = 2 * (conditions.delay_ms ?? 0) + serialization(conditions, 1500) + serialization(conditions, 40);
  const points = [[0, base], [tcp.end, base]];
  if (base > 0) series.push({ name: "series.base", color: "dim", style: "line", dash: [2, 3], points });
  return { id: "rtt", title: "chart.rtt", caption: "chart.rtt.caption", unit: "ms", host, series };
}

/** ms that a packet of so many bytes occupies the wire. */
const serialization = ({ rate }, bytes) => (rate ? (bytes * 8 * 1000) / rate : 0);

function queueChart(lanes) {
  const series = lanes.flatMap(({ transport, conversation }) => ["client", "server"].map((host) => ({
    name: "series.queue", args: { transport: transport.toUpperCase(), host }, color: transport, style: "step",
    dash: host === "server" ? [4, 3] : undefined,
    points: conversation.queues.filter((q) => q.direction === host).map((q) => [q.t, q.packets]),
  }))).filter(({ points }) => points.some(([, packets]) => packets > 0));
  return { id: "queue", title: "chart.queue", caption: "chart.queue.caption", unit: "", series };
}

/** Messages where there are any, and bytes where the wire has a rate to hold them against. */
function sequenceChart(lanes, conditions) {
  const messages = !conditions.rate && lanes.every(({ conversation }) => conversation.messages.length);
  const host = sender(lanes);
  const series = lanes.flatMap((lane) => {
    const points = messages ? messagesOver(lane.conversation, host) : bytesOver(lane, host);
    points.push(...unknown(lane.conversation, points));
    const name = lane.transport.toUpperCase();
    const all = [{ name, color: lane.transport, style: "step", points }];
    const again = lane.conversation.packets.filter((p) => p.retransmission && p.from === host);
    if (again.length) {
      const marks = again.map((p) => [p.sent, valueAt(points, p.sent)]);
      all.push({ name: "series.again", color: "again", style: "dots", points: marks });
    }
    return all;
  });
  if (!messages && conditions.rate) series.push(linkLine(series, conditions));
  const caption = messages ? "chart.messages.caption" : "chart.bytes.caption";
  return { id: "sequence", title: "chart.sequence", caption, unit: messages ? "" : "B", host, series };
}

function sender(lanes) {
  const bytes = { client: 0, server: 0 };
  for (const { conversation } of lanes) for (const p of conversation.packets) bytes[p.from] += p.payload;
  return bytes.server > bytes.client * 1.5 ? "server" : "client";
}

function messagesOver({ messages }, host) {
  const received = messages.filter((m) => m.event === "received" && m.from === host);
  return [[0, 0], ...received.map((m, i) => [m.t, i + 1])];
}

/** Where the packets of a conversation end before it does, nobody knows what was delivered: the line ends, too. */
const unknown = ({ about, packets }, points) =>
  about.shown ? [[Math.max(packets.at(-1).sent, points.at(-1)[0]), null]] : [];

function bytesOver({ conversation }, host) {
  const came = conversation.packets.filter((p) => p.from === host && p.payload > 0 && isWhole(p) && !p.copy);
  came.sort((a, b) => a.delivered - b.delivered);
  let total = 0;
  const stream = new Stream();
  const points = came.map((p) => {
    total = p.protocol === "TCP" ? stream.take(p.seq, p.payload) : total + p.payload;
    return [p.delivered, total];
  });
  return [[0, 0], ...points];
}

/** How much of a stream of bytes is there without a gap. */
class Stream {
  next = null;
  first = 0;
  waiting = new Map();

  take(seq, length) {
    if (this.next === null) this.next = this.first = Math.min(seq, 1);
    this.waiting.set(seq, Math.max(length, this.waiting.get(seq) ?? 0));
    for (const at of [...this.waiting.keys()].sort((a, b) => a - b)) {
      if (at > this.next) break;
      this.next = Math.max(this.next, at + this.waiting.get(at));
      this.waiting.delete(at);
    }
    return this.next - this.first;
  }
}

function valueAt(points, time) {
  return points[lowerBound(points, time, ([t]) => t) - 1]?.[1] ?? 0;
}

/** What the link could have carried at most, until as much as was delivered. */
function linkLine(series, { rate, delay_ms: delay = 0 }) {
  const most = series.flatMap(({ points }) => points).reduce((highest, [, y]) => Math.max(highest, y), 0);
  const points = [[delay, 0], [delay + (most * 8 * 1000) / rate, most]];
  return { name: "series.link", color: "dim", style: "line", dash: [2, 3], points };
}

/**
 * Several series over one axis, as uPlot takes them: steps go on until the next, everything else has gaps.
 *
 * @returns {number[][]} the times, then each series
 */
export function aligned(series, end) {
  const times = new Set([0, end]);
  for (const { points } of series) for (const [time] of points) times.add(time);
  const axis = Float64Array.from(times).sort();
  return [[...axis], ...series.map((one) => onAxis(one, axis))];
}

function onAxis({ points, style }, axis) {
  let next = 0, last = null;
  return Array.from(axis, (time) => {
    let here = null;
    while (next < points.length && points[next][0] <= time) here = last = points[next++][1];
    return style === "step" ? last : here;
  });
}

const mostRows = 200;

/** Rows for a table: every nth, so that they are not too many. */
export function thinned(data) {
  const every = Math.max(1, Math.ceil(data[0].length / mostRows));
  const rows = [];
  for (let i = 0; i < data[0].length; i += every) rows.push(data.map((one) => one[i]));
  return { every, rows };
}
