// The charts under the lanes: one axis of time, one cursor with the player.

import uPlot from "./lib/uplot/uPlot.esm.js";
import { color, make, makeTable } from "./dom.js";
import { aligned, chartsOf, thinned } from "./series.js";
import { t } from "./words.js";

const height = 190;
const axisWidth = 58;
const nameOf = ({ name, args = {} }) => t(name, { ...args, host: t(args.host ?? "") });

/** All charts of what is in the lanes. */
export class Charts {
  #charts = [];
  #shown = null;

  constructor(element, player) {
    this.element = element;
    this.player = player;
    player.addEventListener("time", () => this.#moveCursors());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#make());
    // A chart that is resized resizes what is observed: the next frame is soon enough.
    new ResizeObserver(() => requestAnimationFrame(() => this.#resize())).observe(element);
  }

  get empty() {
    return this.#charts.length === 0;
  }

  /** Shows the conversations of these lanes. */
  show(experiment, lanes) {
    this.#shown = { experiment, lanes };
    this.#make();
  }

  translate() {
    this.#make();
  }

  #make() {
    for (const { plot } of this.#charts) plot.destroy();
    this.#charts = [];
    if (!this.#shown) return;
    const { experiment, lanes } = this.#shown;
    const list = chartsOf(experiment.start, lanes);
    this.#charts = list.map((chart) => makeChart(chart, this.player));
    this.element.replaceChildren(...this.#charts.map(({ figure }) => figure));
    this.element.parentElement.hidden = this.empty;
    this.#resize();
  }

  #resize() {
    for (const { plot, place } of this.#charts) {
      if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height });
    }
    this.#moveCursors();
  }

  #moveCursors() {
    for (const { plot, cursor } of this.#charts) {
      cursor.style.transform = `translateX(${plot.valToPos(this.player.time, "x")}px)`;
    }
  }
}

function makeChart(chart, player) {
  const title = t(chart.title);
  const host = chart.host && t(chart.host);
  const data = aligned(chart.series, player.duration);
  const place = make("div", { class: "plot", role: "img", "aria-label": t("chart.name", { title }) });
  const plot = new uPlot(options(chart, player), data, place);
  const cursor = make("div", { class: "time-cursor" });
  plot.over.append(cursor);
  plot.over.addEventListener("click", (event) => {
    player.pause();
    player.seek(plot.posToVal(event.offsetX, "x"));
  });
  const caption = make("figcaption", {}, make("strong", {}, title), " ", t(chart.caption, { host }));
  const figure = make("figure", { class: "chart" }, caption, place, makeData(chart, data));
  return { figure, place, plot, cursor };
}

function options(chart, player) {
  const axis = {
    stroke: color("dim"), grid: { stroke: color("grid"), width: 1 }, ticks: { stroke: color("grid"), width: 1 },
    font: "12px system-ui, sans-serif",
  };
  return {
    width: 300, height,
    scales: {
      x: { time: false, range: () => [0, player.duration] },
      y: { range: (u, low, high) => [0, (high || 1) * 1.08] },
    },
    axes: [
      { ...axis, values: (u, all) => all.map((n) => `${round(n)} ms`), space: 70 },
      { ...axis, size: axisWidth, values: (u, all) => all.map((n) => short(n, chart.unit)) },
    ],
    series: [{ label: "t" }, ...chart.series.map(seriesOptions)],
    cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
    legend: { live: false },
  };
}

function seriesOptions(series) {
  const stroke = color(series.color);
  const dots = series.style === "dots";
  return {
    label: nameOf(series),
    stroke,
    width: dots ? 0 : series.width ?? 2,
    dash: series.dash,
    spanGaps: series.style === "line",
    paths: dots ? () => null : series.style === "step" ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: dots, size: 8, fill: stroke, stroke },
  };
}

const round = (n) => Number(n.toPrecision(6));

/** A figure on an axis, with its unit: seconds have no prefix above theirs. */
export function short(n, unit) {
  if (unit === "ms") return n >= 1e3 ? `${round(n / 1e3)} s` : `${round(n)} ms`;
  if (n >= 1e6) return `${round(n / 1e6)} M${unit}`;
  return n >= 1e3 ? `${round(n / 1e3)} k${unit}` : `${round(n)} ${unit}`.trim();
}

/** The figures of a chart as a table, made when somebody opens it. */
function makeData(chart, data) {
  const body = make("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": t("chart.data") });
  const details = make("details", {}, make("summary", {}, t("chart.data")), body);
  details.addEventListener("toggle", () => {
    if (!details.open || body.firstChild) return;
    const { every, rows } = thinned(data);
    const cells = rows.map((row) => row.map((n) => (n === null || n === undefined ? "" : Number(n.toFixed(3)))));
    if (every > 1) body.append(make("p", { class: "hint" }, t("chart.thinned", { n: every })));
    body.append(makeTable(["ms", ...chart.series.map(nameOf)], cells));
  });
  return details;
}
