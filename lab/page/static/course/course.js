// The guided course: which lesson is open, how far it has come, and what its runs measured.

import { defaults, sameRun } from "../address.js";
import { fitting, lessonOf } from "./lessons.js";
import { Progress } from "./progress.js";
import { Reading } from "./reading.js";
import { listView, lessonView } from "./view.js";

/**
 * The panel. Tells "run" (detail: settings to run), "reveal" (detail: a packet to look at), and "open" (another lesson,
 * or none).
 */
export class Course extends EventTarget {
  lesson = null; // the open one; without it, the list is shown
  step = "predict";
  progress = new Progress();
  claims = []; // of the documents, as "lab list --format json" tells them
  address = () => "#"; // of a lesson; the page sets it
  picks = {}; // choices that are marked, but not yet given as a guess
  #found = {}; // the run for "predict" and that for "change"
  #latest = null; // the run in the lanes, if it is one of this lesson's
  #changed = null; // the settings of the changed run
  #ready = false;
  #asked = false; // it asked for the run that is under way

  /** @param {Element} element gets the panel; @param {Element} opener is the button that opens it */
  constructor(element, opener) {
    super();
    this.element = element;
    this.opener = opener;
    opener.addEventListener("click", () => this.#toggle());
    element.addEventListener("keydown", (event) => event.key === "Escape" && this.#toggle());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** The id of the open lesson, or "". */
  get id() {
    return this.lesson?.id ?? "";
  }

  /** Is a run still to come that somebody should guess first? */
  get waits() {
    return Boolean(this.lesson) && !this.#found.predict;
  }

  /** Opens a lesson by its id, the list with "", and with null nothing. */
  open(id) {
    this.#show(id !== null);
    if (id === null || (this.lesson && id === this.id)) return;
    this.lesson = lessonOf(id) ?? null;
    [this.#found, this.#latest, this.#changed, this.picks] = [{}, null, null, {}];
    const { guess, skipped } = this.lesson ? this.progress.of(id) : {};
    this.step = guess || skipped ? "run" : "predict";
    this.#render();
  }

  #show(open) {
    if (!open) this.lesson = null;
    this.element.hidden = !open;
    this.opener.setAttribute("aria-expanded", open);
  }

  #toggle() {
    this.openByHand(this.isOpen ? null : "");
    if (!this.isOpen) this.opener.focus();
  }

  /** Opens as open does, and tells of it. */
  openByHand(id) {
    this.open(id);
    this.dispatchEvent(new Event("open"));
    this.focus();
  }

  /** Takes what the documents say, in the language of the page. */
  offer({ claims }) {
    this.claims = claims;
    this.#render();
  }

  translate() {
    this.#render();
  }

  /** Can the program run something now? */
  set ready(ready) {
    this.#ready = ready;
    this.#render();
  }

  get ready() {
    return this.#ready;
  }

  /** Takes a run that is in the lanes now. */
  take(trace, settings) {
    if (!this.lesson || trace.experiments.length === 0) return;
    const run = new Reading(trace, settings);
    this.#latest = run;
    if (this.step === "change") this.#takeChanged(run);
    else if (run.experiment === this.lesson.settings.experiment) this.#takeFirst(run);
    this.#render();
    if (this.#asked) this.focus();
    this.#asked = false;
  }

  #takeFirst(run) {
    this.#found.predict = run;
    if (this.step === "predict" || this.step === "run") this.#go("see");
    this.progress.note(this.id, { ran: true, skipped: !this.guess("predict") });
  }

  /** Before the changed run, others may have been made: they are none. */
  #takeChanged(run) {
    if (!this.#found.change && this.differs(run, "change")) return;
    if (run.experiment !== { ...this.lesson.settings, ...this.#changed }.experiment) return;
    this.#found.change = run;
    this.progress.note(this.id, { done: true });
  }

  /** What was guessed in a part, "predict" or "change"; undefined if nothing was. */
  guess(part) {
    const { guess, changeGuess } = this.progress.of(this.id);
    return part === "predict" ? guess : changeGuess;
  }

  /** Keeps a guess, or that there is none. */
  keep(part, choice) {
    const guess = part === "predict" ? { guess: choice, skipped: !choice } : { changeGuess: choice };
    this.progress.note(this.id, guess);
  }

  /** What the run of a part measured, and which choice fits; undefined before it. */
  mark(part) {
    const run = this.#found[part];
    if (!run) return undefined;
    const values = this.lesson[part].measure(run);
    return { values, fits: fitting(this.lesson[part], values.value), run };
  }

  /** The settings of the run of a part. */
  settingsOf(part) {
    return { ...defaults, ...this.lesson.settings, ...(part === "change" ? this.#changed : {}) };
  }

  /** Had a run other conditions than that of the part? Language, network and seed make none. */
  differs(run, part) {
    const { lang, network, seed } = run.settings;
    return !sameRun(run.settings, { ...this.settingsOf(part), lang, network, seed });
  }

  /** The packets to look at in the run that is shown: pairs of name and packet, or undefined. */
  sights(part) {
    const run = this.#latest;
    return Object.entries(this.lesson[part].see).map(([name, find]) => [name, run && find(run)]);
  }

  /** May the lesson go to this step? */
  reaches(step) {
    if (step === "predict") return true;
    if (step === "run") return Boolean(this.guess("predict") || this.progress.of(this.id).skipped);
    return Boolean(this.#found.predict);
  }

  goTo(step) {
    this.#go(step);
    this.#render();
    this.focus();
  }

  #go(step) {
    this.step = step;
    if (step === "explain") this.progress.note(this.id, { explained: true });
    if (step === "change") this.#changed ??= this.lesson.change.settings(this.#found.predict);
  }

  run(part) {
    this.#asked = true;
    this.dispatchEvent(new CustomEvent("run", { detail: this.settingsOf(part) }));
  }

  reveal(packet) {
    this.dispatchEvent(new CustomEvent("reveal", { detail: packet }));
  }

  /** Begins a lesson anew, or without an id the course. */
  forget(id) {
    this.progress.forget(id);
    this.lesson = null;
    this.openByHand(id ?? "");
  }

  /** The focus stays where it was: what has the same place is the same. */
  #render() {
    if (!this.isOpen) return;
    const at = this.#stops.indexOf(document.activeElement);
    Object.assign(this.element.dataset, { lesson: this.id, step: this.lesson ? this.step : "" });
    this.element.replaceChildren(...(this.lesson ? lessonView(this) : listView(this)));
    this.#stops[at]?.focus();
  }

  /** What the focus can be on. */
  get #stops() {
    return [...this.element.querySelectorAll("button, a, input, [tabindex]")];
  }

  /** Leads to what is to do in the step, or to the heading of the list. */
  focus() {
    const [step, heading] = [".step", "h2"].map((selector) => this.element.querySelector(selector));
    (step ?? heading)?.focus();
  }
}
