// A report in one file: the runs that are in the file are shown again, in the language of the file.

import { Charts } from "./charts.js";
import { Details } from "./details.js";
import { byId } from "./dom.js";
import { EventLines } from "./lines.js";
import { Player } from "./player.js";
import { bindPlayer } from "./playerbar.js";
import { Stage } from "./stage.js";
import { momentsOf, Trace } from "./trace.js";
import { setLanguage, t, translate } from "./words.js";

setLanguage(document.documentElement.lang);

const player = new Player();
const stage = new Stage(byId("lanes"), player, false);
const bar = bindPlayer(player, stage);
const charts = new Charts(byId("charts"), player);
const details = new Details(byId("details"), byId("selected"));
const choice = byId("experiment"); // its values are the ids of what holds events
let shown = ""; // which of them is in the lanes

/** What tests look at. */
globalThis.lab = {
  state: {
    get shown() { return shown; },
    get time() { return player.time; },
    get duration() { return player.duration; },
    get playing() { return player.playing; },
    get selected() { return stage.selected; },
    get packets() {
      return Object.fromEntries(stage.lanes.map((lane) => [lane.transport, lane.conversation?.packets ?? []]));
    },
  },
  seek: (time) => player.seek(time),
};

/** The events that an element holds, gzipped, in base64. */
async function read(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const trace = new Trace();
  const lines = new EventLines((events) => trace.add(events));
  lines.push(new Uint8Array(await new Response(stream).arrayBuffer()));
  lines.end();
  return trace.finish();
}

/** Shows a run, whole: nothing moves until somebody plays it. */
async function show(id) {
  const { experiments } = await read(id);
  if (choice.value !== id) return; // another one was chosen meanwhile
  stage.show(experiments[0], []);
  shown = id;
  player.seek(player.duration);
  stage.showBeginning();
}

function fail(error) {
  byId("status").textContent = t("failure.file", { message: error?.message ?? error });
}

/** Everything is on paper but what can be played. */
function unfold({ matches }) {
  if (matches) for (const one of document.querySelectorAll("details.explained")) one.open = true;
}

stage.addEventListener("choose", () => {
  const { conversations } = stage;
  player.show(Math.max(0, ...conversations.map(({ end }) => end)), momentsOf(conversations));
  charts.show(stage.experiment, stage.lanes);
});
stage.addEventListener("select", ({ detail }) => details.show(detail, []));
choice.addEventListener("change", () => show(choice.value).catch(fail));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));
matchMedia("print").addEventListener("change", unfold);
unfold(matchMedia("print"));

for (const table of document.querySelectorAll(".table")) { // a table that scrolls can be reached by the keyboard
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", t("table.title"));
}
translate(document);
for (const part of [stage, bar, charts, details]) part.translate();
byId("viewer").hidden = false;
show(choice.value).catch(fail);
