// "Packets as a list": what the diagram shows, for who reads or listens.

import { make, makeTable } from "./dom.js";
import { fateOf, labelOf, milliseconds, nameOf } from "./packet.js";
import { t } from "./words.js";

const pageSize = 500;

/** Tells "pick" (detail: the packet) when a packet is chosen. */
export class PacketList extends EventTarget {
  #conversation = null;
  #page = 0;

  constructor() {
    super();
    this.summary = make("summary");
    this.body = make("div", { class: "scrolls", tabindex: 0, role: "region" });
    this.element = make("details", { class: "packets" }, this.summary, this.body);
    this.element.addEventListener("toggle", () => this.#fill());
    this.body.addEventListener("click", (event) => this.#click(event));
  }

  translate() {
    this.summary.textContent = t("list.title");
    this.body.setAttribute("aria-label", t("list.title"));
    this.#fill();
  }

  show(conversation) {
    this.#conversation = conversation;
    this.#page = 0;
    this.#fill();
  }

  #fill() {
    if (!this.element.open || !this.#conversation) return;
    const { packets } = this.#conversation;
    const first = this.#page * pageSize;
    const rows = packets.slice(first, first + pageSize).map((packet) => this.#row(packet));
    const table = makeTable(t("list.head").split("|"), rows);
    table.querySelectorAll("tbody tr").forEach((row, i) => this.#linked(row, first + i));
    this.body.replaceChildren(...[table, this.#pages(packets.length, first)].filter(Boolean));
  }

  #row(packet) {
    return [
      milliseconds(packet.sent, 0.001), nameOf(packet), labelOf(packet), fateOf(packet),
      packet.note ?? "",
    ];
  }

  /** Its label becomes a button that chooses the packet. */
  #linked(row, index) {
    const cell = row.children[2];
    const look = { type: "button", class: "link", dataset: { packet: index } };
    cell.replaceChildren(make("button", look, cell.textContent));
  }

  #pages(count, first) {
    if (count <= pageSize) return null;
    const last = Math.min(count, first + pageSize);
    const button = (key, step, enabled) =>
      make("button", { type: "button", dataset: { step }, disabled: !enabled }, t(key));
    return make("p", {}, t("list.range", { first: first + 1, last, count }), " ",
      button("list.before", -1, first > 0), " ", button("list.after", 1, last < count));
  }

  #click({ target }) {
    const { packet, step } = target.dataset;
    const detail = this.#conversation.packets[packet];
    if (detail) this.dispatchEvent(new CustomEvent("pick", { detail }));
    if (step === undefined) return;
    this.#page += Number(step);
    this.#fill();
  }
}
