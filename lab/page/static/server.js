// The server that may stand behind the page ("lab page"): it runs the lab on networks that a browser has not.

import { Failure } from "./engine.js";
import { EventLines } from "./lines.js";

/**
 * What the server offers: networks beside the page's own, the one to show first, and a language. A page on any web host
 * has none of it.
 *
 * @returns {Promise<{networks: string[], network: string|undefined, language: string|undefined}>}
 */
export async function loadConfig() {
  const response = await fetch("config.json").catch(() => null);
  return response?.ok ? response.json() : { networks: [] };
}

/** Runs commands on the server. It is used as an Engine is. */
export class Server {
  #current = null; // {source, reject}

  get busy() {
    return this.#current !== null;
  }

  /** As Engine.run; the server adds the stream of events by itself. */
  run(args, { onEvents, onText }) {
    this.stop();
    const asked = [...args.map((arg) => ["arg", arg]), ...(onEvents ? [["events", ""]] : [])];
    const source = new EventSource("run?" + new URLSearchParams(asked));
    const lines = new EventLines(onEvents);
    const bytes = new TextEncoder();
    source.addEventListener("events", ({ data }) => lines.push(bytes.encode(data + "\n")));
    source.addEventListener("results", ({ data }) => onText("output", JSON.parse(data)));
    source.addEventListener("errors", ({ data }) => onText("errors", JSON.parse(data)));
    return new Promise((resolve, reject) => {
      this.#current = { source, reject };
      source.addEventListener("error", () => this.#end(() => reject(new Failure("failure.server"))));
      source.addEventListener("exit", ({ data }) => {
        lines.end();
        this.#end(() => resolve({ code: Number(data), leftOut: lines.leftOut }));
      });
    });
  }

  stop() {
    const current = this.#current;
    if (current) this.#end(() => current.reject(new Failure("failure.stopped")));
  }

  #end(how) {
    this.#current.source.close();
    this.#current = null;
    how();
  }
}
