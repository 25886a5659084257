// What a run told in events, as a model to look at: experiments, conversations, packets. Pure: nothing of the page.

/** All that a stream of events told. */
export class Trace {
  experiments = [];
  report = null; // the event "report"

  /** @param {object[]} events the next ones of the stream */
  add(events) {
    for (const event of events) this.#add(event);
  }

  #add(event) {
    if (event.type === "start") this.experiments.push(new Experiment(event));
    else if (event.type === "report") this.report = event;
    else this.#of(event)?.add(event);
  }

  #of(event) {
    if (event.experiment) return this.experiments.findLast(({ start }) => start.experiment === event.experiment);
    return this.experiments.at(-1);
  }

  /** All is here: what is looked up later is made ready. */
  finish() {
    for (const experiment of this.experiments) experiment.finish();
    return this;
  }
}

/** One experiment of a run. */
export class Experiment {
  conversations = [];
  queues = [];
  result = null; // the event "result"
  #byId = new Map();

  constructor(start) {
    this.start = start;
  }

  add(event) {
    const conversation = this.#byId.get(event.conversation);
    if (event.type === "conversation") this.#open(event);
    else if (event.type === "queue") this.queues.push(event);
    else if (event.type === "result") this.result = event;
    else conversation?.add(event);
  }

  #open(event) {
    const conversation = new Conversation(event);
    this.#byId.set(event.conversation, conversation);
    this.conversations.push(conversation);
  }

  finish() {
    for (const conversation of this.conversations) {
      conversation.finish(this.queues.filter(({ wire }) => wire === conversation.about.wire));
    }
  }

  get transports() {
    return this.start.transports ?? ["tcp", "udp"];
  }

  /** The conversations of a transport. */
  of(transport) {
    return this.conversations.filter(({ about }) => about.transport === transport);
  }

  /** The conversation of a transport that shows the lesson. */
  teaching(transport) {
    const all = this.of(transport);
    return all.find(({ about }) => about.teaches) ?? all[0];
  }
}

/** What two ends said to each other over one transport. */
export class Conversation {
  packets = [];
  sockets = [];
  messages = [];
  queues = [];
  flight = 0; // ms that a packet is under way that does not wait
  longest = 0; // ms that the slowest one was
  end = 0; // ms when the last thing happened
  noted = []; // packets that there is something to say about
  #sent = []; // times of packets, ascending: all that were sent,
  #lost = []; // those that got lost,
  #again = []; // and retransmissions

  constructor(about) {
    this.about = about;
  }

  add(event) {
    if (event.type === "packet") this.packets.push(event);
    else if (event.type === "socket") this.sockets.push(event);
    else if (event.type === "message") this.messages.push(event);
  }

  finish(queues) {
    this.queues = queues;
    this.packets.sort((a, b) => a.sent - b.sent);
    const flights = this.packets.filter(arrived).map((p) => p.delivered - p.sent).sort(ascending);
    this.flight = this.about.conditions?.delay_ms || flights[Math.floor(flights.length / 2)] || 0;
    this.longest = Math.max(this.flight, flights.at(-1) ?? 0);
    for (const packet of this.packets) packet.ends = packet.sent + this.#lives(packet);
    this.noted = this.packets.filter(({ note }) => note);
    this.#sent = this.packets.map(({ sent }) => sent);
    this.#lost = this.packets.filter(isLost).map(({ ends }) => ends).sort(ascending);
    this.#again = this.packets.filter((p) => p.retransmission).map(({ sent }) => sent);
    this.end = [this.packets.map((p) => p.ends), this.sockets.map((s) => s.t), this.messages.map((m) => m.t)]
      .flat().reduce((most, t) => Math.max(most, t), 0);
  }

  #lives(packet) {
    if (arrived(packet)) return packet.delivered - packet.sent;
    return packet.fate === "overflowed" ? 0 : this.flight * reach(packet);
  }

  /** The index of the first packet that may be under way at t or later. */
  firstAt(t) {
    return lowerBound(this.packets, t - this.longest, (packet) => packet.sent);
  }

  /** The latest packet until t that there is something to say about. */
  notedAt(t) {
    return this.noted[upperBound(this.noted, t, ({ sent }) => sent) - 1];
  }

  /** Counts of what was sent until t. */
  counts(t) {
    return { sent: until(this.#sent, t), lost: until(this.#lost, t), retransmitted: until(this.#again, t) };
  }
}

/** The first index whose key is not below the value, in a sorted list. */
export const lowerBound = (list, value, key) => firstIndex(list, (one) => key(one) >= value);

/** The first index whose key is above the value, in a sorted list. */
const upperBound = (list, value, key) => firstIndex(list, (one) => key(one) > value);

/** The first index for which something holds, in a list where it holds for all that follow. */
function firstIndex(list, holds) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

const ascending = (a, b) => a - b;

/** How many of ascending times are not after t. */
const until = (times, t) => upperBound(times, t, (time) => time);

/** Did it reach the other end, whole or damaged? */
export const arrived = (packet) => packet.delivered !== undefined && packet.delivered !== null;

/** Did it arrive, and whole? */
export const isWhole = (packet) => arrived(packet) && packet.fate !== "corrupted";

/** Is it known that it did not arrive, or not whole? Of a packet in a capture nobody knows: it was seen. */
export const isLost = (packet) => !isWhole(packet) && packet.fate !== undefined && packet.fate !== "queued";

const deaths = { overflowed: 0.1 };

/** How far a packet comes: 1 is the other end. */
export const reach = (packet) => (arrived(packet) || packet.fate === undefined ? 1 : deaths[packet.fate] ?? 0.5);

/** Is a packet in this list of drops? */
export const isIn = (drops, packet) => drops.some((d) => d.from === packet.from && d.number === packet.number);

/** Did the user kill it? */
export const isKilled = (packet, drops) => packet.fate === "lost" && isIn(drops, packet);

/**
 * The moments of conversations that are shown together: times at which something happens, ascending, each once; those
 * of packets that have a note; and spans [from, to] in which nothing is under way.
 */
export function momentsOf(conversations) {
  const packets = conversations.flatMap((conversation) => conversation.packets);
  const noted = conversations.flatMap((conversation) => conversation.noted);
  return {
    times: distinct(packets.flatMap(({ sent, ends }) => [sent, ends])),
    notes: distinct(noted.map(({ sent }) => sent)),
    idle: idleSpans(packets),
  };
}

const distinct = (times) => [...new Set(times)].sort(ascending);

function idleSpans(packets) {
  const spans = [];
  let busyUntil = 0;
  for (const { sent, ends } of [...packets].sort((a, b) => a.sent - b.sent)) {
    if (sent > busyUntil) spans.push([busyUntil, sent]);
    busyUntil = Math.max(busyUntil, ends);
  }
  return spans;
}
