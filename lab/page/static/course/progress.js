// How far somebody has come in the course, kept in the browser. Where it keeps nothing, the course works without.

import { lessons } from "./lessons.js";

const key = "echolab.course.1"; // the number is that of the form: another form has another one
const marks = ["skipped", "ran", "explained", "done"];

/** What was done of each lesson: {guess, skipped, ran, explained, changeGuess, done}. */
export class Progress {
  #kept = read();

  /** What was done of a lesson. */
  of(id) {
    return this.#kept[id] ?? {};
  }

  /** Notes what was done. */
  note(id, what) {
    this.#kept = { ...this.#kept, [id]: { ...this.of(id), ...what } };
    write(this.#kept);
  }

  /** Forgets one lesson, or without an id everything. */
  forget(id) {
    if (id) delete this.#kept[id];
    else this.#kept = {};
    write(this.#kept);
  }

  /** How far a lesson has come, as a key of words: "", predicted, ran, explained or done. */
  stage(id) {
    const { guess, skipped, ran, explained, done } = this.of(id);
    if (done) return "done";
    if (explained) return "explained";
    if (ran) return "ran";
    return guess || skipped ? "predicted" : "";
  }
}

/** What the browser has kept. Anybody can write there: nothing but what a lesson knows is taken. */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? {};
    return Object.fromEntries(lessons.filter(({ id }) => kept[id]).map((lesson) => [lesson.id, known(lesson, kept)]));
  } catch {
    return {}; // nothing is kept, or nothing that can be read
  }
}

function known(lesson, kept) {
  const one = kept[lesson.id];
  const choice = (of, name) => of.choices.find(([choice]) => choice === name)?.[0];
  return {
    guess: choice(lesson.predict, one.guess), changeGuess: choice(lesson.change, one.changeGuess),
    ...Object.fromEntries(marks.map((mark) => [mark, one[mark] === true])),
  };
}

function write(kept) {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // a private window, or no room: it is remembered until the page is closed
  }
}
