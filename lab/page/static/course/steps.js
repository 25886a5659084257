// What a lesson shows in each of its steps.

import { make } from "../dom.js";
import { fill, t } from "../words.js";

/** A button of the panel. */
export const button = (text, onclick, look = {}) => make("button", { type: "button", onclick, ...look }, text);

const paragraph = (text, look = {}) => make("p", look, text);
const primary = (test, more = {}) => ({ class: "primary", dataset: { test }, ...more });

/** What is marked in a question, or was given as a guess. */
const picked = (course, part) => course.picks[part] ?? course.guess(part);

/** A question with its choices; onPick is called when one is marked. */
function question(course, part, words, onPick) {
  const marked = picked(course, part);
  const settled = Boolean(course.mark(part));
  const choices = course.lesson[part].choices.map(([name]) => make("label", { class: "choice" },
    make("input", {
      type: "radio", name: `guess-${part}`, value: name, checked: name === marked, disabled: settled,
      onchange: () => {
        course.picks[part] = name;
        onPick?.();
      },
    }),
    make("span", {}, words.choices[name])));
  return make("fieldset", { dataset: { test: `question-${part}` } }, make("legend", {}, words.question), ...choices);
}

/** Guess first; whoever has run it may look at the guess again, and no more. */
export function predictStep(course, words) {
  const settled = Boolean(course.mark("predict"));
  const leave = (choice) => {
    course.keep("predict", choice);
    course.goTo("run");
  };
  const look = primary("course-guess", { disabled: !picked(course, "predict") });
  const keep = button(t("course.guess"), () => leave(picked(course, "predict")), look);
  const skip = button(t("course.skip"), () => leave(undefined), { class: "link", dataset: { test: "course-skip" } });
  return [
    paragraph(words.intro),
    question(course, "predict", words, () => (keep.disabled = false)),
    settled ? null : make("div", { class: "buttons" }, keep, skip),
  ];
}

/** The lesson's own experiment is run, by the program, now. */
export function runStep(course, words) {
  const guess = course.guess("predict");
  const mine = guess ? t("course.yours", { choice: words.choices[guess] }) : t("course.noGuess");
  const look = primary("course-run", { disabled: !course.ready });
  const run = button(t("course.runIt"), () => course.run("predict"), look);
  return [paragraph(mine), paragraph(t("course.runHint"), { class: "hint" }), run];
}

/** How the guess was, and where to look. */
export function seeStep(course, words) {
  return [
    ...marking(course, "predict", words),
    paragraph(words.look),
    sights(course, "predict", words),
    button(t("course.toExplain"), () => course.goTo("explain"), primary("to-explain")),
  ];
}

/** What was measured, and the guess beside it. */
function marking(course, part, words) {
  const { values, fits, run } = course.mark(part);
  const dataset = { test: `mark-${part}` };
  if (fits === undefined) return [paragraph(t("course.unmeasured"), { class: "bad", dataset })];
  const guess = course.guess(part);
  const right = guess === fits;
  const said = guess ? t(right ? "course.right" : "course.wrong", { guess: words.choices[guess] })
    : t("course.unguessed");
  const look = { class: guess ? (right ? "mark good" : "mark bad") : "mark" };
  return [
    make("p", { ...look, dataset: { ...dataset, fits, guess: guess ?? "" } },
      said + " ", make("strong", {}, words.choices[fits])),
    paragraph(t("course.measured") + " " + fill(words.found, told(values)), { dataset: { test: `found-${part}` } }),
    course.differs(run, part) ? paragraph(t("course.differs"), { class: "hint" }) : null,
  ];
}

/** Measured values for people: whole numbers are exact, others have three digits. */
function told(values) {
  const digits = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 20 });
  const tell = (value) => {
    if (typeof value !== "number") return value ?? "—";
    return digits.format(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tell(value)]));
}

/** Buttons that lead to packets of the run; what is not in it is said. */
function sights(course, part, words) {
  const items = course.sights(part).map(([name, packet]) => {
    const text = words.see[name];
    if (!packet) return make("li", { class: "hint", dataset: { see: name } }, t("course.notThere", { text }));
    return make("li", {}, button(text, () => course.reveal(packet), { class: "link", dataset: { see: name } }));
  });
  return make("ul", { class: "sights", dataset: { test: `sights-${part}` } }, ...items);
}

/** Why, in whose words, and whether that holds. */
export function explainStep(course, words) {
  return [
    ...words.why.map((text) => paragraph(text)),
    paragraph(`${t("lesson.references")}: ${course.lesson.references.join(" · ")}`, { class: "hint" }),
    claims(course, "predict", course.lesson.claims),
    button(t("course.toChange"), () => course.goTo("change"), primary("to-change")),
  ];
}

/** What documents say, with the verdict of the run of a part. */
function claims(course, part, ids) {
  const items = course.claims.filter(({ id }) => ids.includes(id)).map(({ id, source, statement }) => {
    const verdict = course.mark(part).run.verdict(id);
    const look = { holds: "good", refuted: "bad", depends: "open" }[verdict] ?? "dim";
    return make("li", { dataset: { claim: id, verdict } }, make("q", {}, statement), ` (${source}) `,
      make("span", { class: look }, t(`course.verdict.${verdict}`)));
  });
  return make("div", {}, make("h3", {}, t("course.documents")), make("ul", { class: "claims" }, ...items));
}

/** One thing is changed, guessed and run again. */
export function changeStep(course, { change: words }) {
  return [paragraph(words.what), ...(course.mark("change") ? changed : changeQuestion)(course, words)];
}

/** The question and the button that runs it; without a mark, nothing is guessed. */
function changeQuestion(course, words) {
  const go = () => {
    course.keep("change", picked(course, "change"));
    course.run("change");
  };
  const run = button(t("course.changeIt"), go, primary("change-run", { disabled: !course.ready }));
  return [question(course, "change", words), run];
}

function changed(course, words) {
  const { lesson } = course;
  return [
    paragraph(words.question),
    ...marking(course, "change", words),
    ...words.why.map((text) => paragraph(text)),
    sights(course, "change", words),
    lesson.change.claims ? claims(course, "change", lesson.change.claims) : null,
    paragraph(t("course.done"), { class: "good", dataset: { test: "course-done" } }),
    button(t("course.again"), () => course.forget(lesson.id), { class: "link", dataset: { test: "course-again" } }),
  ];
}
