// The page: what is set, is run; what a run tells, is shown.

import { formatAddress, parseAddress, sameRun, toCommand, withDrop } from "./address.js";
import { Charts } from "./charts.js";
import { losses } from "./conditions.js";
import { Controls } from "./controls.js";
import { bindCourse } from "./course/bind.js";
import { Course } from "./course/course.js";
import { Details, Drops } from "./details.js";
import { byId, fillSelect } from "./dom.js";
import { Engine, Failure, loadProgram } from "./engine.js";
import { openFiles } from "./files.js";
import { Lesson } from "./lesson.js";
import { Player } from "./player.js";
import { bindPlayer } from "./playerbar.js";
import { Results } from "./results.js";
import { Runs } from "./runs.js";
import { loadConfig } from "./server.js";
import { Stage } from "./stage.js";
import { Terminal } from "./terminal.js";
import { momentsOf } from "./trace.js";
import { setLanguage, t, translate } from "./words.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 899px)");

const controls = new Controls();
const player = new Player();
const stage = new Stage(byId("lanes"), player);
const bar = bindPlayer(player, stage);
const charts = new Charts(byId("charts"), player);
const results = new Results();
const details = new Details(byId("details"), byId("selected"));
const drops = new Drops(byId("drops"));
const lesson = new Lesson(byId("why"));
const course = new Course(byId("course"), byId("course-open"));
let runs = null; // once the program is here
let shown = null; // {trace, settings}: the run that is in the lanes; a file has no settings
let before = null; // the run before it, of the same experiment

/** What tests look at. */
globalThis.lab = {
  state: {
    get time() { return player.time; },
    get duration() { return player.duration; },
    get playing() { return player.playing; },
    get frames() { return player.frames; },
    get framesPerSecond() { return player.framesPerSecond; },
    get drops() { return controls.settings.drop; },
    get settings() { return controls.settings; },
    get selected() { return stage.selected; },
    get runId() { return runs?.number ?? 0; },
    get report() { return shown?.trace.report?.report; },
    get busy() { return runs?.busy ?? true; },
    get packets() {
      return Object.fromEntries(stage.lanes.map((lane) => [lane.transport, lane.conversation?.packets ?? []]));
    },
  },
  seek: (time) => player.seek(time),
  /** Where a packet of a lane is on the screen. */
  place(transport, from, number) {
    const lane = stage.lanes.find((one) => one.transport === transport);
    return lane.place(lane.conversation.packets.find((packet) => packet.from === from && packet.number === number));
  },
};

function say(sentence, bad = false) {
  byId("status").textContent = sentence;
  byId("status").classList.toggle("bad", bad);
}

function sayFailure(error) {
  const known = error instanceof Failure;
  if (!known) console.error(error);
  const { key, args } = known ? error : new Failure("failure.page", { message: error?.message ?? error });
  say(t(key, args), key !== "failure.stopped");
}

// Settings, address and language.

/** Takes settings as they are: in the form, the address, and the language of the page. */
function adopt(settings) {
  setLanguage(settings.lang);
  document.documentElement.lang = settings.lang;
  document.title = t("title");
  byId("language").value = settings.lang;
  translate(document);
  for (const part of [stage, bar, charts, details, results]) part.translate();
  change(settings);
  course.translate();
}

/** Puts settings into the form, the address and the command; they are not run yet. */
function change(settings) {
  controls.show(settings);
  history.replaceState(null, "", formatAddress(settings, course.id));
  byId("command").textContent = toCommand(settings);
  lesson.show(controls.experiment);
  drops.show(settings.drop);
  byId("run").classList.toggle("waiting", Boolean(shown?.settings && !sameRun(settings, shown.settings)));
}

/** Follows an address that somebody typed, or a link. */
function follow() {
  const { lang } = controls.settings;
  const { settings, course: id, problem } = parseAddress(location.hash, lang);
  course.open(id);
  adopt(settings);
  if (settings.lang !== lang) list();
  runOrWait({ problem });
}

function changeLanguage(lang) {
  adopt({ ...controls.settings, lang });
  list();
  runOrWait({ at: player.time });
}

/** Asks the program what there is to choose. */
async function list() {
  if (!runs) return;
  const pieces = [];
  const engine = new Engine(runs.engine.program);
  const { code } = await engine.run(["list", "--format", "json", "--lang", controls.settings.lang], {
    onText: (stream, text) => stream === "output" && pieces.push(text),
  });
  engine.stop();
  if (code !== 0) return;
  const all = JSON.parse(pieces.join(""));
  controls.offer(all);
  course.offer(all);
  lesson.show(controls.experiment);
}

// Runs.

/** Runs what is set, unless a lesson waits for a guess. */
async function runOrWait({ at, problem } = {}) {
  hideAnswers();
  if (!course.waits) return run({ at, problem });
  runs?.stop();
  say([problem && t(problem.key, problem.args), t("course.waiting")].filter(Boolean).join(" "), Boolean(problem));
}

/** Runs what is set. at is where the time goes on; without it, it begins. */
async function run({ at, problem } = {}) {
  if (!runs) return;
  const complaint = problem ? t(problem.key, problem.args) + " " : "";
  say(complaint + t("status.running"), Boolean(problem));
  const started = runs.number + 1;
  try {
    const done = await runs.run(controls.settings);
    finish(done, at);
    results.complain(done.complaints);
    say(complaint + done.sentence, done.failed || Boolean(problem));
  } catch (error) {
    if (runs.number !== started) return; // another run took its place
    if (course.waits && error.key === "failure.stopped") return; // a lesson was opened meanwhile
    results.complain(error.complaints ?? "");
    sayFailure(error);
  }
}

function finish({ trace, page, settings }, at) {
  if (page) results.showPage(page);
  if (trace.experiments.length === 0) return;
  before = shown?.settings?.experiment === settings.experiment ? shown : null;
  shown = { trace, settings };
  const { start } = trace.experiments[0];
  controls.learn(start.experiment, start.conditions, settings);
  change(controls.settings);
  show(shown, { at });
  course.take(trace, settings);
  hideAnswers();
}

function showBusy() {
  byId("stop").disabled = !runs.busy;
  document.body.classList.toggle("busy", runs.busy);
}

/** Shows a run, or one experiment of it. */
function show(run, { at, index = 0 } = {}) {
  const { trace, settings } = run;
  const { playing } = player;
  fillSelect(byId("block"), trace.experiments.map(({ start }, i) => [i, start.title]), index);
  byId("block-label").hidden = trace.experiments.length < 2;
  byId("before").checked = run === before;
  byId("before-label").hidden = !before;
  stage.show(trace.experiments[index], settings?.drop ?? []);
  results.show(trace, trace.experiments[index]);
  if (at !== undefined) player.seek(at);
  if (!still.matches && (at === undefined || playing)) player.play();
  if (still.matches && at === undefined) showWhole();
}

/** Where nothing may move by itself, a run is there as a whole. */
function showWhole() {
  player.seek(player.duration);
  stage.showBeginning();
}

function showFile(trace) {
  [shown, before] = [{ trace, settings: null }, null];
  show(shown);
}

/** Other conversations are in the lanes. */
function chosen() {
  const { conversations } = stage;
  player.show(Math.max(0, ...conversations.map(({ end }) => end)), momentsOf(conversations));
  charts.show(stage.experiment, stage.lanes);
}

// Drops: a packet is killed, or restored, and everything runs again.

const canDrop = () => Boolean(shown?.settings) && controls.accepts("drop");

function drop(packet, dropped) {
  if (!canDrop()) return;
  change(withDrop(keepLoss(controls.settings), packet, dropped));
  run({ at: player.time });
}

/** A drop replaces the experiment's own loss, unless that is named: then the other packets keep their fates. */
function keepLoss(settings) {
  if (losses.some((name) => settings[name]) || settings.preset) return settings;
  const own = Object.entries(controls.own).filter(([name]) => losses.includes(name));
  return { ...settings, ...Object.fromEntries(own) };
}

const hideAnswers = bindCourse(course, { controls, stage, change, run, show: () => show(shown, { at: player.time }) });

stage.addEventListener("choose", chosen);
stage.addEventListener("kill", ({ detail }) => drop(detail, true));
stage.addEventListener("select", ({ detail }) => details.show(detail, stage.drops, canDrop()));
stage.addEventListener("inspect", () => details.focus());
details.addEventListener("drop", ({ detail }) => drop(detail, true));
details.addEventListener("restore", ({ detail }) => drop(detail, false));
drops.addEventListener("restore", ({ detail }) => drop(detail, false));
byId("before").addEventListener("change", ({ target }) => show(target.checked ? before : shown, { at: player.time }));
byId("block").addEventListener("change", ({ target }) => show(shown, { index: Number(target.value) }));
controls.addEventListener("change", ({ detail }) => change(detail));
controls.addEventListener("refuse", ({ detail }) => say(detail, true));
byId("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("stop").addEventListener("click", () => runs?.stop());
byId("language").addEventListener("change", ({ target }) => changeLanguage(target.value));
byId("copy").addEventListener("click", async ({ target }) => {
  await navigator.clipboard.writeText(byId("command").textContent);
  target.textContent = t("command.copied");
  setTimeout(() => (target.textContent = t("command.copy")), 1500);
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  stage.lanes[0].canvas.focus();
});
addEventListener("hashchange", follow);
addEventListener("error", ({ error, message }) => sayFailure(error ?? { message }));
addEventListener("unhandledrejection", ({ reason }) => sayFailure(reason));

async function begin() {
  byId("settings").open = !narrow.matches;
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  const config = await loadConfig();
  const preferred = config.language || (navigator.language.startsWith("ko") ? "ko" : "en");
  const { settings, course: id, problem } = parseAddress(location.hash, preferred);
  controls.offerNetworks(config.networks);
  course.open(id);
  adopt({ ...settings, network: settings.network || config.network || "" });
  openFiles({ program: () => runs?.engine.program, language: () => controls.settings.lang, showFile, results });
  const program = await loadProgram("engine.wasm.gz", (bytes) => say(t("status.loading", { mb: mb(bytes) })));
  runs = new Runs(new Engine(program));
  runs.addEventListener("busy", showBusy);
  new Terminal(new Engine(program), () => controls.settings.lang);
  course.ready = true;
  await runOrWait({ problem });
  await list();
}

begin().catch(sayFailure);
