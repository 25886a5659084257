// Runs of experiments: in the page, or on the server behind it.

import { everything, toArgs } from "./address.js";
import { mostKept } from "./lines.js";
import { Server } from "./server.js";
import { Trace } from "./trace.js";
import { t } from "./words.js";

/** Tells "busy" when a run began or ended. */
export class Runs extends EventTarget {
  number = 0; // of the latest run, from 1
  #server = new Server();
  #now = null; // what runs

  /** @param {import("./engine.js").Engine} engine */
  constructor(engine) {
    super();
    this.engine = engine;
  }

  get busy() {
    return this.#now?.busy ?? false;
  }

  /**
   * Runs what is set; a run that is under way ends.
   *
   * @returns {Promise<{trace: Trace, page: string, settings: object, complaints: string, sentence: string, failed:
   *   boolean}>} trace is empty, and page a page of tables, where everything is run; it rejects with a Failure, which
   *   has the complaints, too
   */
  async run(settings) {
    this.stop();
    const trace = new Trace();
    const watched = settings.experiment !== everything;
    const said = { output: [], errors: [] };
    const began = performance.now();
    this.number++;
    const onText = (stream, text) => said[stream].push(text);
    const onEvents = watched ? (events) => trace.add(events) : undefined;
    this.#now = settings.network ? this.#server : this.engine;
    try {
      const done = this.#now.run(toArgs(settings), { onEvents, onText });
      this.dispatchEvent(new Event("busy"));
      const { code, leftOut } = await done;
      trace.finish();
      const failed = code !== 0;
      const nothing = watched && !failed ? nothingPassed(trace) : "";
      const sentence = summary(code, leftOut, performance.now() - began) + nothing;
      const page = watched ? "" : said.output.join("");
      return { trace, page, settings, complaints: said.errors.join(""), sentence, failed };
    } catch (error) {
      throw Object.assign(error, { complaints: said.errors.join("") });
    } finally {
      this.dispatchEvent(new Event("busy"));
    }
  }

  stop() {
    if (this.busy) this.#now.stop();
  }
}

/** What to say of a run in a line. */
function summary(code, leftOut, took) {
  const types = Object.keys(leftOut);
  const count = types.reduce((sum, type) => sum + leftOut[type], 0);
  return [
    code === 0 ? t("status.done", { seconds: (took / 1000).toFixed(1) }) : t("status.exit", { code }),
    count > 0 && t("status.leftOut", { count, types: types.join(", "), most: mostKept }),
  ].filter(Boolean).join(" ");
}

const nothingPassed = (trace) =>
  trace.experiments.some(({ conversations }) => conversations.length) ? "" : " " + t("status.empty");
