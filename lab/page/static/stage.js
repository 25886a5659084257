// The lanes together: one time, one zoom, one selected packet.

import { byId } from "./dom.js";
import { fittingZoom, View } from "./geometry.js";
import { Lane } from "./lanes.js";

const zoomStep = 1.5;

/**
 * Tells "select" (a packet or null), "kill" (a packet), "inspect" (the keyboard asks for the inspector), and "choose"
 * (another conversation is shown).
 */
export class Stage extends EventTarget {
  lanes = [];
  selected = null;
  drops = []; // those with which the run was made
  experiment = null;
  #view = new View();
  #dirty = false;
  #zoomed = false; // by the user

  /** @param {boolean} kills can packets be killed here? */
  constructor(element, player, kills = true) {
    super();
    this.element = element;
    this.player = player;
    this.kills = kills;
    player.addEventListener("time", () => this.#follow());
    player.addEventListener("state", () => player.playing && this.#follow());
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", () => this.#recolor());
    this.#make(["tcp", "udp"]);
  }

  #make(transports) {
    this.lanes = transports.map((transport) => new Lane(transport, this.kills));
    for (const lane of this.lanes) this.#listen(lane);
    this.element.replaceChildren(...this.lanes.map((lane) => lane.element));
  }

  #listen(lane) {
    const on = (type, does) => lane.addEventListener(type, ({ detail }) => does(detail));
    on("pick", ({ packet, underWay }) => this.#pick(packet, underWay));
    on("list", (packet) => this.reveal(packet));
    on("choose", (id) => this.#choose(lane, id));
    on("key", (event) => this.#key(lane, event));
    on("scroll", (pixels) => this.#scroll(pixels));
    on("resize", () => this.#refit());
  }

  /** Shows an experiment of a run, with the drops that it was run with. */
  show(experiment, drops) {
    const { transports } = experiment;
    if (transports.join() !== this.lanes.map((lane) => lane.transport).join()) this.#make(transports);
    this.experiment = experiment;
    this.drops = drops;
    this.select(null);
    for (const lane of this.lanes) lane.show(experiment.of(lane.transport), experiment.teaching(lane.transport));
    this.#shown();
  }

  #choose(lane, id) {
    const all = this.experiment.of(lane.transport);
    lane.show(all, all.find(({ about }) => about.conversation === id));
    this.#shown();
  }

  #shown() {
    const captions = new Set(this.conversations.map(({ about }) => about.caption).filter(Boolean));
    byId("lesson").textContent = [...captions].join(" · ");
    this.#zoomed = false;
    this.dispatchEvent(new Event("choose"));
    this.#refit();
  }

  /** The conversations that are shown. */
  get conversations() {
    return this.lanes.map((lane) => lane.conversation).filter(Boolean);
  }

  get #height() {
    return this.lanes[0].height || 400;
  }

  #refit() {
    const { duration, time } = this.player;
    if (!this.#zoomed && this.conversations.length) {
      this.#view.msPerPixel = fittingZoom(this.conversations, duration, this.#height);
    }
    this.#view.follow(time, duration, this.#height);
    this.redraw();
  }

  #follow() {
    this.#view.follows = true;
    this.#view.follow(this.player.time, this.player.duration, this.#height);
    this.redraw();
  }

  #scroll(pixels) {
    this.#moveTo(this.#view.top + pixels * this.#view.msPerPixel);
  }

  /** Shows the beginning, whatever the time is. */
  showBeginning() {
    this.#moveTo(-Infinity);
  }

  #moveTo(top) {
    this.#view.follows = false;
    this.#view.moveTo(top, this.player.duration, this.#height);
    this.redraw();
  }

  zoom(inwards) {
    this.#zoomed = true;
    this.#view.zoom(inwards ? 1 / zoomStep : zoomStep, this.player.time, this.player.duration, this.#height);
    this.redraw();
  }

  translate() {
    for (const lane of this.lanes) lane.translate();
    this.redraw();
  }

  #recolor() {
    for (const lane of this.lanes) lane.recolor();
    this.redraw();
  }

  /** Draws soon: once a frame, however often it is asked for. */
  redraw() {
    if (this.#dirty) return;
    this.#dirty = true;
    requestAnimationFrame(() => {
      this.#dirty = false;
      const scene = { view: this.#view, time: this.player.time, drops: this.drops, selected: this.selected };
      for (const lane of this.lanes) lane.draw(scene);
    });
  }

  #pick(packet, underWay) {
    this.select(packet);
    if (underWay) this.dispatchEvent(new CustomEvent("kill", { detail: packet }));
  }

  select(packet) {
    this.selected = packet;
    this.dispatchEvent(new CustomEvent("select", { detail: packet }));
    this.redraw();
  }

  /** Selects the packet that there is something to say about at the current time. */
  selectNoted() {
    const noted = this.conversations.map((conversation) => conversation.notedAt(this.player.time));
    this.select(noted.find((packet) => packet?.sent === this.player.time) ?? null);
  }

  /** Selects a packet and moves to the time when it is under way. */
  reveal(packet) {
    this.player.pause();
    this.player.seek((packet.sent + packet.ends) / 2);
    this.select(packet);
  }

  #key(lane, event) {
    const does = {
      ArrowDown: () => this.#next(lane, 1),
      ArrowUp: () => this.#next(lane, -1),
      Enter: () => this.selected && this.dispatchEvent(new Event("inspect")),
      Delete: () => this.selected && this.dispatchEvent(new CustomEvent("kill", { detail: this.selected })),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  /** The next packet of a lane, or the one before. Without a selected one, it is the one of the current time. */
  #next(lane, step) {
    const packets = lane.conversation?.packets ?? [];
    const at = packets.indexOf(this.selected);
    const now = Math.max(0, packets.findLastIndex(({ sent }) => sent <= this.player.time));
    const packet = packets[at < 0 ? now : Math.max(0, Math.min(packets.length - 1, at + step))];
    if (packet) this.reveal(packet);
  }
}
