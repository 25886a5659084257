// The panel of the course: the list of lessons, and a lesson with its steps.

import { make } from "../dom.js";
import { addWords, spoken, t } from "../words.js";
import { lessons, words } from "./lessons.js";
import { button, changeStep, explainStep, predictStep, runStep, seeStep } from "./steps.js";
import { en } from "./words-en.js";
import { ko } from "./words-ko.js";

addWords({ en, ko });

/** The words of a lesson. */
const lessonWords = (id) => spoken(words)[id];

const bodies = { predict: predictStep, run: runStep, see: seeStep, explain: explainStep, change: changeStep };

/** The nodes of the list: every lesson with how far it has come. */
export function listView(course) {
  const items = lessons.map(({ id }) => {
    const stage = course.progress.stage(id);
    return make("li", { dataset: { stage } },
      make("a", { href: course.address(id), dataset: { test: `lesson-${id}` } }, lessonWords(id).title),
      make("span", { class: "stage-of" }, stage ? t(`course.stage.${stage}`) : t("course.stage.none")));
  });
  const begun = lessons.some(({ id }) => course.progress.stage(id));
  return [
    head(course, t("course.title")),
    make("p", { class: "hint" }, t("course.intro")),
    make("ol", { class: "lessons", dataset: { test: "lessons" } }, ...items),
    begun ? button(t("course.startOver"), () => course.forget(), { dataset: { test: "start-over" } }) : "",
  ];
}

/** The heading, and the button that closes the panel. */
function head(course, title) {
  return make("div", { class: "actions" },
    make("h2", { tabindex: -1 }, title),
    button("✕", () => course.openByHand(null), { "aria-label": t("course.close"), dataset: { test: "course-close" } }));
}

/** The nodes of a lesson: where it stands in the course, its steps, and what is to do in this one. */
export function lessonView(course) {
  const { lesson } = course;
  const at = lessons.indexOf(lesson);
  const said = lessonWords(lesson.id);
  return [
    head(course, said.title),
    make("p", { class: "hint" }, t("course.place", { n: at + 1, of: lessons.length })),
    make("ol", { class: "steps", "aria-label": t("course.steps") },
      ...Object.keys(bodies).map((name) => stepItem(course, name))),
    stepView(course, said),
    make("p", { class: "ways" },
      button(t("course.all"), () => course.openByHand(""), { class: "link", dataset: { test: "course-all" } }),
      neighbour(course, lessons[at + 1], "course.next")),
  ];
}

/** What is to do in the step; it takes the focus, so that it is read. */
function stepView(course, said) {
  const { step } = course;
  const look = { class: "step", tabindex: -1, "aria-label": t(`course.${step}`), dataset: { test: `step-${step}` } };
  return make("section", look, ...bodies[step](course, said).filter(Boolean));
}

function stepItem(course, name) {
  const here = name === course.step;
  const look = { disabled: !course.reaches(name), "aria-current": here ? "step" : false, dataset: { step: name } };
  return make("li", {}, button(t(`course.${name}`), () => course.goTo(name), look));
}

function neighbour(course, lesson, key) {
  if (!lesson) return "";
  const { title } = lessonWords(lesson.id);
  const look = { class: course.mark("change") ? "button" : undefined, dataset: { test: "next-lesson" } };
  return make("a", { href: course.address(lesson.id), ...look }, t(key, { title }));
}
