// A lane: the space-time diagram of one transport, with what belongs to it.

import { color, fillSelect, make } from "./dom.js";
import { draw } from "./drawing.js";
import { Geometry } from "./geometry.js";
import { PacketList } from "./list.js";
import { labelOf, milliseconds, tipOf } from "./packet.js";
import { isKilled } from "./trace.js";
import { t } from "./words.js";

const names = { tcp: "TCP", udp: "UDP" };

/** What tells conversations of a transport apart. */
const nameOf = ({ conversation, client, packets }) =>
  `${conversation} · ${client} · ${t("lane.packets", { count: packets })}`;

/** Writes a text, unless it stands there: to write is slow. */
function write(element, text) {
  if (element.textContent === text) return;
  element.textContent = element.title = text;
}

/** What there is to say of a conversation as a whole, and how much of it is not there. */
const noteOf = ({ about, packets }) =>
  [
    about.remark,
    about.shown && t("lane.shown", { ...about, time: milliseconds(packets.at(-1).sent) }),
    about.not_kept > 0 && t("lane.notKept", { count: about.not_kept }),
  ].filter(Boolean).join(" · ");
const palette = ["ink", "dim", "line", "grid", "paper", "lost", "again", "focus", "now"];

/**
 * Tells "pick" (detail: {packet, underWay}) when a packet is clicked, "choose" (a conversation), "key" (an event of the
 * keyboard), "scroll" (pixels), and "list" (a packet of the list).
 */
export class Lane extends EventTarget {
  conversation = null;

  constructor(transport, kills) {
    super();
    this.transport = transport;
    this.kills = kills;
    this.#build();
    this.#listen();
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
  }

  #build() {
    const name = names[this.transport] ?? this.transport.toUpperCase();
    this.canvas = make("canvas", { role: "img", tabindex: 0, dataset: { test: `lane-${this.transport}` } });
    this.choice = make("select", { class: "conversations" });
    this.counts = make("p", { class: "counts" });
    this.commentary = make("p", { class: "commentary" });
    this.note = make("p", { class: "caption" });
    this.list = new PacketList(this.transport);
    this.element = make("section", { class: `lane ${this.transport}` },
      make("div", { class: "lane-head" }, make("h2", {}, name), this.choice, this.counts),
      make("div", { class: "lane-body" }, this.canvas), this.commentary, this.note, this.list.element);
    this.context = this.canvas.getContext("2d");
    this.translate();
  }

  #listen() {
    this.canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.canvas.addEventListener("click", (event) => this.#click(event));
    this.canvas.addEventListener("keydown", (event) => this.#tell("key", event));
    this.canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.choice.addEventListener("change", () => this.#tell("choose", Number(this.choice.value)));
    this.list.addEventListener("pick", ({ detail }) => this.#tell("list", detail));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  translate() {
    const name = names[this.transport] ?? this.transport;
    this.element.setAttribute("aria-label", t("lane.region", { name }));
    this.canvas.setAttribute("aria-label", t(this.kills ? "lane.canvas" : "lane.canvas.still", { name }));
    this.choice.setAttribute("aria-label", t("lane.choice", { name }));
    this.list.translate();
  }

  /** Shows the conversations of a transport, this one of them first. */
  show(conversations, chosen) {
    this.conversation = chosen;
    const options = conversations.map(({ about }) => [about.conversation, nameOf(about)]);
    fillSelect(this.choice, options, chosen?.about.conversation);
    this.choice.hidden = conversations.length < 2;
    this.note.textContent = chosen ? noteOf(chosen) : t("lane.nothing");
    this.list.show(chosen);
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    [this.width, this.height, this.ratio] = [clientWidth, clientHeight, ratio];
    this.#tell("resize");
  }

  /** Colours are looked up once: to ask for a style is slow. */
  recolor() {
    this.colors = Object.fromEntries(palette.map((name) => [name, color(name)]));
    this.color = color(this.transport) || color("tcp");
  }

  /** Draws what the scene says: view, time, duration, drops, selected. */
  draw(scene) {
    if (!this.width) return;
    this.colors ?? this.recolor();
    this.scene = scene;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (!this.conversation) return this.context.clearRect(0, 0, this.width, this.height);
    const { width, height, conversation, colors } = this;
    const { client, server } = conversation.about;
    const ends = { client: `${t("client")} ${client}`, server: `${t("server")} ${server}` };
    draw(this.context, { ...scene, ends, width, height, conversation, colors, color: this.color });
    this.#tellOf(scene.time);
  }

  /** What was sent until a time, and the latest that there is to say about it. */
  #tellOf(time) {
    const packet = this.conversation.notedAt(time);
    write(this.counts, t("lane.counts", this.conversation.counts(time)));
    write(this.commentary, packet ? `${milliseconds(packet.sent)} · ${labelOf(packet)}: ${packet.note}` : "");
  }

  #hit({ offsetX, offsetY }) {
    if (!this.conversation || !this.scene) return null;
    const geometry = new Geometry(this.scene.view, this.width, this.height);
    return geometry.hit(this.conversation, offsetX, offsetY, this.scene.time);
  }

  /** Where a packet is on the screen now. */
  place(packet) {
    const geometry = new Geometry(this.scene.view, this.width, this.height);
    const { x, y } = geometry.place(packet, this.scene.time);
    const { left, top } = this.canvas.getBoundingClientRect();
    return [left + x, top + y];
  }

  #point(event) {
    const hit = this.#hit(event);
    this.canvas.style.cursor = hit ? (hit.underWay && this.kills ? "crosshair" : "pointer") : "default";
    this.canvas.title = hit ? tipOf(hit.packet, isKilled(hit.packet, this.scene.drops)) : "";
  }

  #click(event) {
    const hit = this.#hit(event);
    if (hit) this.#tell("pick", hit);
  }

  /** The wheel moves the diagram only while it has the focus: else it moves the page. */
  #wheel(event) {
    if (document.activeElement !== this.canvas) return;
    event.preventDefault();
    this.#tell("scroll", event.deltaY);
  }
}
