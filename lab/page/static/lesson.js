// The lesson of an experiment: what happens, why, and what theory expects.

import { make } from "./dom.js";
import { t } from "./words.js";

/** The lesson below the results. */
export class Lesson {
  /** @param {HTMLDetailsElement} element gets the lesson behind its summary */
  constructor(element) {
    this.element = element;
  }

  /** Shows the lesson of an experiment, as "lab list --format json" tells it; without one, nothing. */
  show(experiment) {
    this.element.hidden = !experiment;
    const summary = this.element.querySelector("summary");
    this.element.replaceChildren(summary, ...(experiment ? partsOf(experiment) : []));
  }
}

function partsOf({ method, steps, why, theory, references }) {
  const list = (kind, sentences) => make(kind, {}, ...sentences.map((sentence) => make("li", {}, sentence)));
  const part = (key, body) => [make("h3", {}, t(key)), body];
  return [
    ...part("lesson.method", make("p", {}, method)),
    ...part("lesson.steps", list("ol", steps)),
    ...part("lesson.why", make("p", {}, why)),
    ...(theory.length ? part("lesson.theory", list("ul", theory)) : []),
    ...(references.length ? part("lesson.references", make("p", {}, references.join(" · "))) : []),
  ];
}
