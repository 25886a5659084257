// The events of a run, out of the bytes that the program writes: JSON lines, in batches, as many as fit into memory.

/** How many events of one type are kept: a page that holds more becomes slow. */
export const mostKept = 50_000;

const batchSize = 1000;
const always = new Set(["start", "conversation", "result", "report", "end"]);

/** Reads JSON lines that arrive in pieces. */
export class EventLines {
  text = new TextDecoder();
  rest = "";
  batch = [];
  counts = {};
  leftOut = {};

  /** @param {function(object[]): void} take gets the events, some at a time */
  constructor(take) {
    this.take = take;
  }

  /** @param {Uint8Array} bytes the next piece */
  push(bytes) {
    const lines = (this.rest + this.text.decode(bytes, { stream: true })).split("\n");
    this.rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  /** The stream ended: what is left is handed on. */
  end() {
    if (this.rest.trim()) this.#line(this.rest);
    this.rest = "";
    this.#flush();
  }

  #line(line) {
    if (!line.trim()) return;
    const event = JSON.parse(line);
    if (!this.#fits(event.type)) return;
    this.batch.push(event);
    if (this.batch.length >= batchSize) this.#flush();
  }

  #fits(type) {
    if (always.has(type)) return true;
    const count = (this.counts[type] = (this.counts[type] ?? 0) + 1);
    if (count <= mostKept) return true;
    this.leftOut[type] = count - mostKept;
    return false;
  }

  #flush() {
    if (this.batch.length) this.take(this.batch);
    this.batch = [];
  }
}
