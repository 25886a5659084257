// The program of the lab, from the page's side: fetched and compiled once, run in workers.

const eventsFile = "/events"; // where the program writes events to, see lab.js
const gzipMagic = [0x1f, 0x8b];

/** A failure that the page has words for: the key of the sentence, and what goes into it. */
export class Failure extends Error {
  constructor(key, args = {}) {
    super(key);
    this.key = key;
    this.args = args;
  }
}

/**
 * Fetches and compiles the program.
 *
 * @param {string} url
 * @param {function(number): void} onProgress takes how many bytes are here
 * @returns {Promise<WebAssembly.Module>}
 */
export async function loadProgram(url, onProgress) {
  const missing = ["WebAssembly", "DecompressionStream", "Worker"].filter((name) => !(name in globalThis));
  if (missing.length) throw new Failure("failure.browser", { missing: missing.join(", ") });
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new Failure("failure.missing", { url });
  try {
    const bytes = await unzipped(response.body.pipeThrough(counter(onProgress)));
    return await WebAssembly.compileStreaming(new Response(bytes, { headers: { "Content-Type": "application/wasm" } }));
  } catch (error) {
    throw new Failure("failure.compile", { message: error.message });
  }
}

function counter(onProgress) {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, out) {
      onProgress((bytes += chunk.length));
      out.enqueue(chunk);
    },
  });
}

/** Unzips, unless the server declared the file as compressed and the browser has done it. */
async function unzipped(stream) {
  const [peek, whole] = stream.tee();
  const reader = peek.getReader();
  const { value } = await reader.read();
  reader.cancel();
  const zipped = gzipMagic.every((byte, i) => value?.[i] === byte);
  return zipped ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** One worker with the program. It does one thing at a time; a new one stops what is under way. */
export class Engine {
  #worker = null;
  #current = null; // {id, resolve, reject, onEvents, onText}
  #id = 0;

  /** @param {WebAssembly.Module} [program] is not needed to read files of events */
  constructor(program) {
    this.program = program;
  }

  get busy() {
    return this.#current !== null;
  }

  /**
   * Runs a command of the lab.
   *
   * @param {string[]} args
   * @param {object} [o]
   * @param {number} [o.columns] width of what it prints
   * @param {Uint8Array} [o.input] its standard input
   * @param {function(object[]): void} [o.onEvents]
   * @param {function(string, string): void} [o.onText] takes the stream, "output" or "errors", and the text
   * @returns {Promise<{code: number, leftOut: object}>} rejects with a Failure
   */
  run(args, { columns = 80, input = new Uint8Array(), onEvents, onText } = {}) {
    const watched = onEvents ? [...args, "--events", eventsFile] : args;
    return this.#post({ args: watched, columns, input }, { onEvents, onText });
  }

  /** Reads a file of events, as if a run had written it. */
  read(events, onEvents) {
    return this.#post({ events }, { onEvents });
  }

  /** Ends what is under way, at once. The next command finds a fresh worker. */
  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#settle((current) => current.reject(new Failure("failure.stopped")));
  }

  #post(message, listeners) {
    if (this.busy) this.stop();
    this.#worker ??= this.#start();
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#current = { id, resolve, reject, ...listeners };
      this.#worker.postMessage({ id, ...message });
    });
  }

  #start() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => this.#break(new Failure("failure.worker", { message: event.message ?? "" }));
    worker.onmessageerror = () => this.#break(new Failure("failure.worker", { message: "" }));
    if (this.program) worker.postMessage({ program: this.program });
    return worker;
  }

  #hear({ id, events, stream, text, done, broken }) {
    if (id !== this.#current?.id) return;
    if (events) this.#current.onEvents?.(events);
    else if (stream) this.#current.onText?.(stream, text);
    else if (done) this.#settle((current) => current.resolve(done));
    else this.#break(new Failure(broken.memory ? "failure.memory" : "failure.worker", { message: broken.message }));
  }

  #break(failure) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#settle((current) => current.reject(failure));
  }

  #settle(how) {
    const current = this.#current;
    this.#current = null;
    if (current) how(current);
  }
}
