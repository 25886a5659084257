// The buttons and keys of the player.

import { byId, fillSelect } from "./dom.js";
import { milliseconds } from "./packet.js";
import { t } from "./words.js";

const speeds = ["fit", "1", "0.1", "0.01", "0.001"];

function speedName(speed) {
  if (speed === "fit") return t("player.fit");
  return speed === "1" ? t("player.real") : t("player.slower", { n: Math.round(1 / Number(speed)) });
}

/** Binds the buttons and the keyboard to the player. */
export function bindPlayer(player, stage) {
  const does = {
    play: () => player.toggle(),
    back: () => player.step(-1),
    step: () => player.step(1),
    "next-note": () => stepNote(player, stage, 1),
    start: () => jump(player, 0),
    end: () => jump(player, player.duration),
    "zoom-in": () => stage.zoom(true),
    "zoom-out": () => stage.zoom(false),
  };
  for (const [id, act] of Object.entries(does)) byId(id).addEventListener("click", act);
  byId("time").addEventListener("input", ({ target }) => jump(player, Number(target.value)));
  byId("speed").addEventListener("change", ({ target }) => (player.speed = target.value));
  player.addEventListener("time", () => showTime(player));
  player.addEventListener("state", () => showState(player));
  const keys = { ...does, noteBefore: () => stepNote(player, stage, -1) };
  document.addEventListener("keydown", (event) => key(event, keys));
  return { translate: () => translateBar(player) };
}

function translateBar(player) {
  fillSelect(byId("speed"), speeds.map((speed) => [speed, speedName(speed)]), player.speed);
  showState(player);
}

/** The packet of the note is selected: the inspector tells of it. */
function stepNote(player, stage, direction) {
  player.stepNote(direction);
  stage.selectNoted();
}

function jump(player, time) {
  player.pause();
  player.seek(time);
}

function showTime({ time, duration }) {
  const slider = byId("time");
  slider.max = duration;
  slider.value = time;
  const step = duration / 5000;
  const text = `${milliseconds(time, step)} / ${milliseconds(duration, step)}`;
  byId("clock").textContent = text;
  slider.setAttribute("aria-valuetext", text);
}

function showState({ playing }) {
  byId("play").textContent = t(playing ? "player.pause" : "player.play");
}

/** Keys act on the page as a whole, but not where they mean something of their own. */
function key(event, does) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, select, textarea, pre, .scrolls")) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return;
  const act = {
    " ": does.play, ArrowRight: does.step, ArrowLeft: does.back, Home: does.start, End: does.end,
    n: does["next-note"], N: does.noteBefore, "+": does["zoom-in"], "-": does["zoom-out"],
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
