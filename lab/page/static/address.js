// What is set in the page, as the part of the address after "#", and as a command.

import { kindOf } from "./conditions.js";
import { lessonOf } from "./course/lessons.js";

/** Every setting; an empty one is the experiment's own, or the program's. */
export const defaults = Object.freeze({
  experiment: "setup", network: "", preset: "", seed: "1", messages: "20", congestion: "", lang: "en",
  ...Object.fromEntries(Object.keys(kindOf).map((name) => [name, ""])),
  drop: [],
});

const mostDrops = 200;
const word = /^[a-z][a-z0-9-]{0,39}$/;
const readers = {
  experiment: (text) => (word.test(text) ? text : null),
  network: (text) => (word.test(text) ? text : null),
  preset: (text) => (word.test(text) ? text : null),
  congestion: (text) => (word.test(text) ? text : null),
  seed: (text) => (/^\d{1,18}$/.test(text) ? text : null),
  messages: (text) => (/^[1-9]\d{0,6}$/.test(text) ? text : null),
  lang: (text) => (["en", "ko"].includes(text) ? text : null),
  drop: readDrops,
};

/** Reads "client:3,server:1"; null if it is something else. */
function readDrops(text) {
  const drops = text.split(",").map((one) => /^(client|server):([1-9]\d{0,8})$/.exec(one.trim()));
  if (drops.includes(null) || drops.length > mostDrops) return null;
  return drops.map(([, from, number]) => ({ from, number: Number(number) }));
}

const writeDrops = (drops) => drops.map(({ from, number }) => `${from}:${number}`).join(",");

/** Reads one setting: what is kept, or null if it makes no sense. An empty text is always allowed. */
export function readSetting(name, text) {
  if (text === "") return name === "drop" ? [] : ["experiment", "lang"].includes(name) ? defaults[name] : "";
  if (readers[name]) return readers[name](text);
  const value = kindOf[name].read(text.trim());
  return value === null ? null : kindOf[name].write(value);
}

/** The settings that an address need not name: those of its lesson, or the usual ones. */
const usual = (course) => ({ ...defaults, ...lessonOf(course)?.settings });

/**
 * Reads an address.
 *
 * @param {string} hash with or without "#"
 * @param {string} language the one that is meant where none is named
 * @returns {{settings: object, course: string|null, problem: {key: string, args: object}|null}} what makes no sense is
 *   left out, and the first of it is the problem; course is the id of a lesson, "" for the list of them, or null
 */
export function parseAddress(hash, language = "en") {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const course = query.has("course") ? lessonOf(query.get("course"))?.id ?? "" : null;
  const settings = { ...usual(course), lang: language };
  let problem = null;
  if (query.get("course") && !course) {
    problem = { key: "course.unknown", args: { value: query.get("course").slice(0, 60) } };
  }
  query.delete("course");
  for (const [name, text] of query) {
    const known = Object.hasOwn(defaults, name);
    const value = known ? readSetting(name, text) : null;
    if (value !== null) settings[name] = value;
    else problem ??= { key: known ? "address.value" : "address.name", args: { name, value: text.slice(0, 60) } };
  }
  return { settings, course, problem };
}

/**
 * The address of settings, with "#", and of a lesson if one is named. What is as usual is left out, but for the
 * language, and without a lesson the experiment and the seed.
 */
export function formatAddress(settings, course = "") {
  const query = new URLSearchParams(course ? { course } : {});
  const always = course ? ["lang"] : ["experiment", "lang", "seed"];
  for (const name of Object.keys(defaults)) {
    const [text, expected] = [settings, usual(course)].map((all) => (name === "drop" ? writeDrops(all.drop) : all[name]));
    if (always.includes(name) || text !== expected) query.append(name, text);
  }
  return "#" + query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

const flags = Object.keys(defaults).filter((name) => !["experiment", "network", "lang"].includes(name));

function flagsOf(settings) {
  return flags.flatMap((name) => {
    const text = name === "drop" ? writeDrops(settings.drop) : settings[name];
    return text ? [`--${name}`, text] : [];
  });
}

/** Stands for all experiments: their tables, without packets. */
export const everything = "all";

const namesOf = ({ experiment }) => (experiment === everything ? [] : [experiment]);

/** The arguments with which the page runs what is set: in itself, or on a network of the server behind it. */
export function toArgs(settings) {
  const where = settings.network ? ["--network", settings.network] : [];
  const how = ["--claims", "--lang", settings.lang, "--format", settings.experiment === everything ? "html" : "json"];
  return ["compare", ...namesOf(settings), ...flagsOf(settings), ...how, ...where];
}

/** The command that does the same in a terminal. */
export function toCommand(settings) {
  const network = settings.network || "simulated";
  return ["lab", "compare", ...namesOf(settings), "--network", network, ...flagsOf(settings)].join(" ");
}

/** Do two settings run the same? */
export const sameRun = (a, b) => toArgs(a).join(" ") === toArgs(b).join(" ");

/** The settings with a packet dropped, or no longer. */
export function withDrop(settings, { from, number }, dropped) {
  const others = settings.drop.filter((one) => one.from !== from || one.number !== number);
  return { ...settings, drop: dropped ? [...others, { from, number }].slice(-mostDrops) : others };
}
