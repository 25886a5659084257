// The table of a run, and what the program complained of.

import { byId, make, makeTable } from "./dom.js";
import { t } from "./words.js";

const round = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value ?? "");

const allowed = "h3,h4,p,span,div,table,caption,thead,tbody,tr,th,td,ul,ol,li,strong,em,code,br,a";

/** The nodes of tables that came with events: a file may come from anybody, so nothing but text and tables stays. */
function harmless(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const body = page.querySelector("main") ?? page.body;
  for (const element of body.querySelectorAll("*")) {
    if (!element.matches(allowed)) element.remove();
    const needless = [...element.attributes].filter(({ name }) => !["class", "scope", "colspan"].includes(name));
    for (const { name } of needless) element.removeAttribute(name);
  }
  return body.childNodes;
}

/** The tables under the lanes. */
export class Results {
  /** Shows the tables that came with a run: they are made, and escaped, by the program. */
  show(trace, experiment) {
    const html = trace.report?.html ?? experiment.result?.html;
    if (html) byId("table").replaceChildren(...harmless(html));
  }

  /** Shows the tables of a page that the program has printed. */
  showPage(page) {
    byId("table").replaceChildren(...harmless(page));
  }

  /** Shows warnings and errors of the program. */
  complain(text) {
    const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
    byId("messages-of-run").replaceChildren(...lines.map((line) => make("p", {}, line)));
  }

  /** Shows a report (lab.report/1) that somebody kept. */
  showReport(report) {
    const tables = report.experiments.map((experiment) => {
      const table = makeTable(headOf(experiment), experiment.measurements.map((m) => rowOf(m, experiment)));
      const { title, network, error } = experiment;
      table.prepend(make("caption", {}, [title, network, error].filter(Boolean).join(" · ")));
      return table;
    });
    byId("table").replaceChildren(...tables);
  }

  translate() {
    const hint = byId("table").querySelector(".hint");
    if (hint) hint.textContent = t("table.none");
  }
}

const transportsOf = ({ measurements }) => [...new Set(measurements.flatMap(({ values }) => Object.keys(values)))];

function headOf(experiment) {
  const transports = transportsOf(experiment).map((name) => name.toUpperCase()).join("|");
  return t("table.head", { transports }).split("|");
}

function rowOf(measurement, experiment) {
  const { label, unit, id, values, expected = {} } = measurement;
  const transports = transportsOf(experiment);
  const all = transports.filter((name) => expected[name] !== undefined)
    .map((name) => `${name.toUpperCase()} ${round(expected[name])}`);
  return [`${label} (${unit})`, id, ...transports.map((name) => round(values[name])), all.join(", ")];
}
