// The course and the page: what a lesson asks for is run and shown as everything else is.

import { defaults, formatAddress } from "../address.js";
import { byId } from "../dom.js";
import { lessonOf } from "./lessons.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Binds the course to the page.
 *
 * @param {import("./course.js").Course} course
 * @param {object} page controls and stage; change(settings), run(), and show(), which shows the latest run again
 * @returns {function(): void} hides packets and figures while a lesson waits for a guess, and shows them after
 */
export function bindCourse(course, { controls, stage, change, run, show }) {
  /** A lesson sets everything but the language, the network and the seed. */
  const complete = (settings) => {
    const { lang, network, seed } = controls.settings;
    return { ...defaults, ...settings, lang, network, seed };
  };
  const hideAnswers = () => {
    document.body.classList.toggle("guessing", course.waits);
    byId("covered").hidden = !course.waits;
  };
  course.address = (id) => formatAddress(complete(lessonOf(id).settings), id);
  byId("course-back").addEventListener("click", () => course.focus());
  course.addEventListener("open", () => {
    change(course.lesson ? complete(course.lesson.settings) : controls.settings);
    hideAnswers();
  });
  course.addEventListener("run", ({ detail }) => {
    change(complete(detail));
    run();
  });
  course.addEventListener("reveal", ({ detail: packet }) => {
    if (!stage.conversations.some(({ packets }) => packets.includes(packet))) show();
    stage.reveal(packet);
    byId("lanes").scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  });
  return hideAnswers;
}
