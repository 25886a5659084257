// The simulated machine: a program of the lab on a clock that moves only when the
// program looks at it or sleeps, and with chance that follows from a seed. Package
// lab/networks/simulated is the same in Go; the two must not differ in a bit.

import { Sink, Source, World } from "./world.js";

const look = 100; // nanoseconds that it takes to look at the clock
const midnight = 1767225600n * 1_000_000_000n; // 2026-01-01 UTC, when every machine is switched on

/** Time that passes only when somebody looks or sleeps, in nanoseconds. */
class Clock {
  time = 0;

  now() {
    return (this.time += look);
  }

  wall() {
    return midnight + BigInt(this.now());
  }

  sleep(nanoseconds) {
    this.time += nanoseconds;
  }
}

const mask64 = (1n << 64n) - 1n;
const mask128 = (1n << 128n) - 1n;
const multiplier = (2549297995355413924n << 64n) | 4865540595714422341n;
const increment = (6364136223846793005n << 64n) | 1442695040888963407n;
const cheap = 0xda942042e4dd58b5n;

/** Random bytes: PCG-DXSM with 128 bits of state, as in math/rand/v2. */
export class Chance {
  word = new DataView(new ArrayBuffer(8));
  used = 8; // bytes of the word

  /** @param {bigint} high and @param {bigint} low are the state to start from. */
  constructor(high, low) {
    this.state = (high << 64n) | low;
  }

  next() {
    this.state = (this.state * multiplier + increment) & mask128;
    let high = this.state >> 64n;
    const low = this.state & mask64;
    high ^= high >> 32n;
    high = (high * cheap) & mask64;
    high ^= high >> 48n;
    return (high * (low | 1n)) & mask64;
  }

  fill(bytes) {
    for (let i = 0; i < bytes.length; i++) {
      if (this.used === 8) {
        this.word.setBigUint64(0, this.next(), true);
        this.used = 0;
      }
      bytes[i] = this.word.getUint8(this.used++);
    }
  }
}

const stateSize = 16; // bytes of the state of chance, before the request

/**
 * The file of the machine. A program writes a request into it; to read from it
 * switches the machine on, runs it to its end, and gives its answers.
 */
export class Device {
  constructor(module) {
    this.module = module;
    this.close();
  }

  write(bytes) {
    this.request = joined([this.request, bytes]);
    return bytes.length;
  }

  read(into) {
    this.answers ??= new Source(this.#run());
    return this.answers.read(into);
  }

  close() {
    this.request = new Uint8Array();
    this.answers = null;
  }

  #run() {
    const state = new DataView(this.request.buffer);
    const said = [];
    const complaints = [];
    const world = new World({
      args: ["guest"],
      env: { GOMEMLIMIT: "768MiB" },
      clock: new Clock(),
      chance: new Chance(state.getBigUint64(0, true), state.getBigUint64(8, true)),
      files: {
        stdin: new Source(this.request.subarray(stateSize)),
        stdout: new Sink((bytes) => said.push(bytes)),
        stderr: new Sink((bytes) => complaints.push(bytes)),
      },
    });
    const code = world.run(this.module);
    if (code !== 0) throw new Error("the simulated machine broke down: " + new TextDecoder().decode(joined(complaints)));
    return joined(said);
  }
}

/** All pieces as one. */
export function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
