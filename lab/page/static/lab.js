// The program lab in a page: a command runs to its end, and writes into functions.

import { Device } from "./machine.js";
import { Sink, Source, World } from "./world.js";

/** Time as it passes, but that nobody waits: a sleep makes it later. In nanoseconds. */
class ImpatientClock {
  began = performance.now();
  slept = 0;

  now() {
    return Math.round((performance.now() - this.began) * 1e6) + this.slept;
  }

  wall() {
    return BigInt(Math.round((performance.timeOrigin + this.began) * 1e6)) + BigInt(this.now());
  }

  sleep(nanoseconds) {
    this.slept += nanoseconds;
  }
}

const chance = {
  fill: (bytes) => {
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  },
};

/**
 * Runs a command, and returns its exit code.
 *
 * @param {WebAssembly.Module} module the program
 * @param {string[]} args its arguments, without the name
 * @param {object} o
 * @param {number} [o.columns] how wide what it prints may be
 * @param {Uint8Array} [o.input] its standard input
 * @param {function(Uint8Array): void} o.output takes what it prints
 * @param {function(Uint8Array): void} o.errors takes what it complains of
 * @param {function(Uint8Array): void} [o.events] takes what it writes into the file /events
 */
export function lab(module, args, { columns = 80, input = new Uint8Array(), output, errors, events }) {
  const files = {
    stdin: new Source(input),
    stdout: new Sink(output),
    stderr: new Sink(errors),
    machine: new Device(module),
  };
  if (events) files.events = new Sink(events);
  const env = { COLUMNS: String(columns), NO_COLOR: "1" };
  return new World({ args: ["lab", ...args], env, clock: new ImpatientClock(), chance, files }).run(module);
}
