// The form: what is set, shown and read.

import { defaults, everything, readSetting } from "./address.js";
import { conditions, kindOf, ownWords } from "./conditions.js";
import { byId, fillSelect, make } from "./dom.js";
import { t } from "./words.js";

/** Tells "change" (detail: the new settings) and "refuse" (detail: a sentence). */
export class Controls extends EventTarget {
  settings = { ...defaults };
  #list = null; // what "lab list --format json" told
  #own = {}; // conditions of their own, by experiment, as runs told them
  #rows = new Map();
  #networks = [];

  constructor() {
    super();
    for (const condition of conditions) this.#addRow(condition);
    for (const name of ["experiment", "network", "preset", "congestion", "seed", "messages"]) {
      byId(name).addEventListener("change", (event) => this.#read(name, event.target.value, event.target));
    }
    this.#fill();
  }

  #addRow(condition) {
    const { name, max, step } = condition;
    const range = make("input", { type: "range", min: 0, max, step, name: `${name}-slider` });
    const field = make("input", { type: "number", id: name, name, min: 0, step: "any", inputmode: "decimal" });
    const label = make("label", { for: name });
    byId("conditions").append(label, range, field, make("span", { class: "unit" }, condition.kind.unit));
    this.#rows.set(name, { condition, range, field, label });
    const write = (text) => (text === "" ? "" : condition.kind.write(Number(text)));
    field.addEventListener("change", () => this.#read(name, write(field.value), field));
    range.addEventListener("input", () => (field.value = range.value));
    range.addEventListener("change", () => this.#read(name, write(range.value), range));
  }

  #read(name, text, element) {
    const value = readSetting(name, text);
    if (value === null || !element.validity.valid) {
      const detail = t("controls.refused", { value: text, name: t(name, {}, t(`controls.${name}`)) });
      this.dispatchEvent(new CustomEvent("refuse", { detail }));
    } else this.settings = { ...this.settings, [name]: value };
    if (name === "experiment") this.#dropRefused();
    const asManyAsNeeded = { messages: "" };
    if (this.settings.experiment === everything) this.settings = { ...this.settings, ...asManyAsNeeded };
    this.#fill();
    this.dispatchEvent(new CustomEvent("change", { detail: this.settings }));
  }

  /** Another experiment starts without conditions that cannot act in it, and without drops: its packets are others. */
  #dropRefused() {
    const refused = Object.keys(kindOf).filter((name) => !this.accepts(name));
    this.settings = { ...this.settings, ...Object.fromEntries(refused.map((name) => [name, ""])), drop: [] };
  }

  /** Shows settings. */
  show(settings) {
    this.settings = settings;
    this.#fill();
  }

  /** Takes what there is: experiments, presets, congestion controls. */
  offer(list) {
    this.#list = list;
    this.#fill();
  }

  /** Takes the networks of the server behind the page; without any, there is nothing to choose. */
  offerNetworks(networks) {
    this.#networks = networks;
    for (const element of [byId("network"), byId("network-label")]) element.hidden = networks.length === 0;
    this.#fill();
  }

  /** Learns an experiment's own conditions from a run: those that nobody had set. */
  learn(experiment, conditionsOfRun, settings) {
    const own = ownWords(conditionsOfRun);
    for (const name of Object.keys(own)) if (settings[name] || settings.preset) delete own[name];
    this.#own[experiment] = { ...this.#own[experiment], ...own };
    this.#fill();
  }

  /** The conditions that the experiment has of its own, as far as they are known. */
  get own() {
    return this.#own[this.settings.experiment] ?? {};
  }

  get experiment() {
    return this.#list?.experiments.find(({ id }) => id === this.settings.experiment);
  }

  /** Can this condition act in the experiment? Until the list is here, everything can. */
  accepts(name) {
    return this.experiment?.accepts.includes(name) ?? true;
  }

  #fill() {
    const { settings } = this;
    this.#fillExperiments();
    const choices = (name, known = []) => {
      const all = [...new Set([...known, settings[name]])].filter(Boolean).map((one) => [one, one]);
      fillSelect(byId(name), [["", t("controls.own")], ...all], settings[name]);
    };
    choices("preset", this.#list?.presets);
    choices("congestion", this.#list?.congestion);
    choices("network", this.#networks);
    byId("preset").options[0].textContent = t("controls.none");
    byId("network").options[0].textContent = "simulated";
    for (const name of ["seed", "messages"]) byId(name).value = settings[name];
    byId("messages").placeholder = t("controls.own");
    for (const row of this.#rows.values()) this.#fillRow(row);
    this.#fillOthers();
  }

  #fillExperiments() {
    const { experiment } = this.settings;
    const known = this.#list?.experiments ?? [{ id: experiment, title: experiment }];
    const titled = ({ id, title, runs }) => [id, runs === false ? t("controls.elsewhere", { title }) : title];
    const single = known.filter(({ id }) => id !== everything).map(titled);
    fillSelect(byId("experiment"), [...single, [everything, t("controls.all")]], experiment);
    const here = this.settings.network !== "" || this.experiment?.runs !== false;
    const question = experiment === everything ? t("controls.allLong") : this.experiment?.question ?? "";
    byId("question").textContent = here ? question : t("controls.elsewhereLong");
    byId("run").disabled = !here;
  }

  #fillRow({ condition, range, field, label }) {
    const { name, kind } = condition;
    const text = this.settings[name];
    const own = this.own[name];
    const enabled = this.accepts(name);
    label.textContent = t(name);
    range.setAttribute("aria-label", t("controls.slider", { name: t(name) }));
    field.value = text ? kind.read(text) : "";
    field.placeholder = own ? kind.read(own) : "";
    range.value = kind.read(text || own || "") ?? 0;
    range.classList.toggle("own", !text);
    for (const element of [range, field]) element.disabled = !enabled;
  }

  /** Conditions that have no field, but that the address may name. */
  #fillOthers() {
    const list = ["burst", "exact", "corrupt"].filter((name) => this.settings[name])
      .map((name) => `${t(name)} ${this.settings[name]}`);
    byId("also").hidden = list.length === 0;
    byId("also").textContent = t("controls.also", { list: list.join(", ") });
  }
}
