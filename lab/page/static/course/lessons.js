// The ten lessons of the course, in their order. A lesson is a file: what is run, what is measured in it, where to
// look, and its words in both languages.

import * as handshake from "./lessons/handshake.js";
import * as stream from "./lessons/stream.js";
import * as loss from "./lessons/loss.js";
import * as repair from "./lessons/repair.js";
import * as order from "./lessons/order.js";
import * as checksum from "./lessons/checksum.js";
import * as flow from "./lessons/flow.js";
import * as congestion from "./lessons/congestion.js";
import * as close from "./lessons/close.js";
import * as rate from "./lessons/rate.js";

const all = [handshake, stream, loss, repair, order, checksum, flow, congestion, close, rate];

/**
 * A lesson has settings for the page, references, and claims of the documents by id. predict and change have
 * - measure: what a run measured; value is what the question asks for, a number or a word
 * - choices: names with bounds in ascending order. The first bound that is above the value, or the word itself, fits.
 * - see: names with rules that find a packet to look at, or none.
 * change also has settings: those that replace the lesson's, out of its run. No answer stands anywhere: which choice
 * fits is found in what was measured.
 */
export const lessons = all.map(({ lesson }) => lesson);

/** The words of the lessons by language and id. */
export const words = Object.fromEntries(["en", "ko"].map((lang) =>
  [lang, Object.fromEntries(all.map((one) => [one.lesson.id, one[lang]]))]));

/** The lesson of a name, if there is one. */
export const lessonOf = (id) => lessons.find((lesson) => lesson.id === id);

/** The name of the choice that fits a value; undefined where nothing was measured, or nothing fits. */
export function fitting({ choices }, value) {
  if (typeof value === "number") return choices.find(([, bound]) => value < bound)?.[0];
  return choices.find(([, bound]) => bound === value)?.[0];
}
