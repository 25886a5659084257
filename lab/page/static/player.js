// The time that the page shows: it plays, stands, and jumps from event to event.

import { lowerBound } from "./trace.js";

const whole = 20_000; // ms in which the speed "fit" shows a run
const hurry = 12; // how much faster "fit" goes while nothing is under way
const shortest = 1; // ms that a run takes at least, so that there is something to slide

/** Tells "time" when the time changed, and "state" when it began or ceased to play. */
export class Player extends EventTarget {
  time = 0;
  duration = shortest;
  playing = false;
  frames = 0; // drawn since the page was opened
  #speed = "fit";
  #times = [];
  #notes = [];
  #idle = []; // [from, to] in which nothing is under way
  #fit = 1; // the rate of "fit"
  #last = 0;
  #stamps = [];
  #waiting = 0;

  /** Another run: from the beginning. Its moments are those of trace.js. */
  show(duration, { times, notes, idle }) {
    this.pause();
    this.duration = Math.max(shortest, duration);
    this.#times = times;
    this.#notes = notes;
    this.#idle = idle;
    const waiting = idle.reduce((sum, [from, to]) => sum + to - from, 0);
    this.#fit = (this.duration - waiting + waiting / hurry) / whole;
    this.seek(0);
  }

  /** "fit", or how many times faster than real time. */
  set speed(speed) {
    this.#speed = speed;
  }

  get speed() {
    return this.#speed;
  }

  /** Where it is after so many ms of real time. "fit" hurries through what nothing happens in. */
  #after(ms) {
    if (this.#speed !== "fit") return this.time + ms * Number(this.#speed);
    const [from, to] = this.#idle[lowerBound(this.#idle, this.time, ([, end]) => end)] ?? [Infinity];
    const isIdle = from <= this.time && this.time < to;
    return isIdle ? Math.min(to, this.time + ms * this.#fit * hurry) : this.time + ms * this.#fit;
  }

  play() {
    if (this.playing) return;
    if (this.time >= this.duration) this.time = 0;
    this.playing = true;
    this.#last = performance.now();
    this.#await();
    this.dispatchEvent(new Event("state"));
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.dispatchEvent(new Event("state"));
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(time) {
    this.time = Math.min(this.duration, Math.max(0, time));
    this.dispatchEvent(new Event("time"));
  }

  /** Jumps to the next event, or to the one before. */
  step(direction) {
    this.#jump(this.#times, direction);
  }

  /** Jumps to the next packet that there is something to say about, or to the one before. */
  stepNote(direction) {
    this.#jump(this.#notes, direction);
  }

  #jump(times, direction) {
    this.pause();
    const near = 1e-9 * this.duration;
    const next = direction > 0
      ? times.find((t) => t > this.time + near) ?? this.duration
      : times.findLast((t) => t < this.time - near) ?? 0;
    this.seek(next);
  }

  #frame(now) {
    if (!this.playing) return;
    this.seek(this.#after(Math.max(0, now - this.#last)));
    this.#last = now;
    this.#count(now);
    if (this.time >= this.duration) this.pause();
    else this.#await();
  }

  /** One frame is waited for at a time, however often it was paused and played since. */
  #await() {
    cancelAnimationFrame(this.#waiting);
    this.#waiting = requestAnimationFrame((now) => this.#frame(now));
  }

  #count(now) {
    this.frames++;
    this.#stamps.push(now);
    while (this.#stamps[0] < now - 1000) this.#stamps.shift();
  }

  /** Frames of the last second in which it played. */
  get framesPerSecond() {
    const [first, last] = [this.#stamps[0], this.#stamps.at(-1)];
    return last > first ? ((this.#stamps.length - 1) * 1000) / (last - first) : 0;
  }
}
