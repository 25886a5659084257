// A line for commands of the lab, as in a terminal.

import { byId } from "./dom.js";
import { Failure } from "./engine.js";
import { t } from "./words.js";

const mostText = 300_000; // characters that stay
const mostHistory = 100;
const speaks = ["compare", "explain", "list", "predict", "trace"]; // commands that take a language

/** The terminal: it has an engine of its own. */
export class Terminal {
  #history = [];
  #at = 0;

  constructor(engine, language) {
    this.engine = engine;
    this.language = language;
    this.input = byId("terminal-input");
    this.output = byId("terminal-output");
    byId("terminal").addEventListener("submit", (event) => this.#submit(event));
    byId("terminal-stop").addEventListener("click", () => engine.stop());
    this.input.addEventListener("keydown", (event) => this.#recall(event));
  }

  #submit(event) {
    event.preventDefault();
    const line = this.input.value.trim();
    if (!line || this.engine.busy) return;
    this.#history = [...this.#history, line].slice(-mostHistory);
    this.#at = this.#history.length;
    this.input.value = "";
    this.#run(line);
  }

  async #run(line) {
    this.#print(`${t("terminal.prompt")} ${line}\n`);
    byId("terminal-stop").disabled = false;
    try {
      const columns = this.#columns();
      const onText = (stream, text) => this.#print(text);
      const { code } = await this.engine.run(this.#args(line), { columns, onText });
      if (code !== 0) this.#print(`${t("terminal.exit", { code })}\n`);
    } catch (error) {
      this.#print(`${error instanceof Failure ? t(error.key, error.args) : error.message}\n`);
    }
    this.#print("\n");
    byId("terminal-stop").disabled = true;
  }

  #args(line) {
    const args = splitWords(line);
    if (args[0] === "lab") args.shift();
    const silent = !speaks.includes(args[0]) || args.some((arg) => arg.startsWith("--lang"));
    return silent ? args : [...args, "--lang", this.language()];
  }

  #print(text) {
    this.output.append(text);
    const { textContent } = this.output;
    if (textContent.length > mostText) this.output.textContent = textContent.slice(-mostText / 2);
    this.output.scrollTop = this.output.scrollHeight;
  }

  /** How many characters fit into a line. */
  #columns() {
    const probe = document.createElement("span");
    probe.textContent = "0".repeat(100);
    this.output.append(probe);
    const width = probe.getBoundingClientRect().width / 100;
    probe.remove();
    const style = getComputedStyle(this.output);
    const room = this.output.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return Math.max(40, Math.min(160, Math.floor(room / width)));
  }

  #recall(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#at = Math.max(0, Math.min(this.#history.length, this.#at + step));
    this.input.value = this.#history[this.#at] ?? "";
  }
}

/** Splits a line as a shell does: quotes hold words together. */
export function splitWords(line) {
  const parts = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (whole, double, single) => double ?? single));
}
