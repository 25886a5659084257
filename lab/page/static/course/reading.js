// What a run tells a lesson: its measurements, the verdicts on claims, and its packets.

/** A run of one experiment. */
export class Reading {
  #trace;

  /**
   * @param {import("../trace.js").Trace} trace
   * @param {object} settings those of the run
   */
  constructor(trace, settings) {
    this.settings = settings;
    this.experiment = trace.experiments[0].start.experiment;
    this.#trace = trace;
  }

  get #report() {
    return this.#trace.report?.report;
  }

  /** A measured value, a number or a word; undefined where it was not measured, or a limit of the lab came before. */
  value(id, transport) {
    const [experiment] = this.#report?.experiments ?? [];
    const found = experiment?.measurements.find((measurement) => measurement.id === id);
    return found?.cut_off?.[transport] ? undefined : found?.values[transport];
  }

  /** The verdict on a claim: "holds", "refuted", "depends" or "untested". */
  verdict(id) {
    return this.#report?.claims.find((claim) => claim.id === id)?.verdict ?? "untested";
  }

  /** The packets of the conversation that shows the lesson, in the order in which they were sent. */
  packets(transport) {
    return this.#trace.experiments[0].teaching(transport)?.packets ?? [];
  }
}

const all = (holds) => (packet) => holds.every((one) => one(packet));

/** The first packet of a transport for which everything holds. */
export const first = (run, transport, ...holds) => run.packets(transport).find(all(holds));

/** The last one. */
export const last = (run, transport, ...holds) => run.packets(transport).findLast(all(holds));

/** Has a segment all of these flags? */
export const has = (packet, ...flags) => flags.every((flag) => packet.flags?.includes(flag));

/** Was a packet lost on the wire? */
export const isLost = (packet) => packet.fate === "lost";

/** The segment that carries again what a lost one should have carried. */
export function again(run, lost) {
  if (!lost) return undefined;
  const covers = ({ seq, payload }) => seq <= lost.seq && lost.seq < seq + payload;
  return first(run, "tcp", ({ from, sent }) => from === lost.from && sent > lost.sent, covers);
}

/** The segment in which TCP's server tells of the least room. */
export function smallestWindow(run) {
  const told = run.packets("tcp").filter((packet) => packet.from === "server" && !has(packet, "SYN"));
  return told.reduce((least, packet) => (least && least.window <= packet.window ? least : packet), undefined);
}

/** The segment of TCP's client before which it sent no data for the longest time. */
export function biggestWait(run) {
  const data = run.packets("tcp").filter((packet) => packet.from === "client" && packet.payload > 0);
  let found, longest = 0;
  for (let i = 1; i < data.length; i++) {
    const wait = data[i].sent - data[i - 1].sent;
    if (wait > longest) [found, longest] = [data[i], wait];
  }
  return found;
}
