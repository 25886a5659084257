// The inspector of a packet, and the list of those that the user dropped.

import { make } from "./dom.js";
import { fateOf, labelOf, milliseconds, nameOf, sentenceOf } from "./packet.js";
import { arrived, isIn, isKilled } from "./trace.js";
import { t } from "./words.js";

const marks = ["retransmission", "out_of_order", "probe", "copy"];

/** The inspector. Tells "drop" and "restore" (detail: the packet). */
export class Details extends EventTarget {
  #shown = [null, [], false];

  /** @param {Element} element gets the fields; @param {Element} said is read aloud */
  constructor(element, said) {
    super();
    this.element = element;
    this.said = said;
  }

  /**
   * Shows a packet of a run with these drops; without one, how to choose one. Where canDrop is undefined, nothing is
   * said of drops.
   */
  show(packet, drops, canDrop) {
    this.#shown = [packet, drops, canDrop];
    const killed = packet && isKilled(packet, drops);
    this.said.textContent = packet ? sentenceOf(packet, killed) : "";
    if (!packet) return this.element.replaceChildren(make("p", { class: "hint" }, t("details.none")));
    const title = `${labelOf(packet)} · ${nameOf(packet)}`;
    this.element.replaceChildren(
      make("div", { class: "actions" }, make("h3", {}, title), this.#button(packet)),
      this.#fields(packet, killed), make("p", { class: "hint" }, this.#hint(packet)));
  }

  translate() {
    this.show(...this.#shown);
  }

  /** Gives the focus to what can be done with the packet. */
  focus() {
    this.element.querySelector("button")?.focus();
  }

  #fields(packet, killed) {
    const fields = fieldsOf(packet, killed).filter(([, value]) => value !== "" && value !== undefined);
    return make("dl", {}, ...fields.map(([key, value]) =>
      make("div", { class: key === "note" ? "note" : undefined },
        make("dt", {}, t(`details.${key}`)), make("dd", {}, String(value)))));
  }

  #button(packet) {
    const [, drops, canDrop] = this.#shown;
    if (canDrop === undefined) return undefined;
    const type = isIn(drops, packet) ? "restore" : "drop";
    const tell = () => this.dispatchEvent(new CustomEvent(type, { detail: packet }));
    const dataset = { test: type === "drop" ? "kill" : "restore" };
    const look = { type: "button", class: type === "drop" ? "danger" : "", dataset };
    return make("button", { ...look, disabled: !canDrop, onclick: tell }, t(`details.${type}`));
  }

  #hint(packet) {
    const canDrop = this.#shown[2];
    if (canDrop === undefined) return "";
    return canDrop ? t("details.both", { number: packet.number, from: t(packet.from) }) : t("details.noDrop");
  }
}

function fieldsOf(packet, killed) {
  const marked = marks.filter((mark) => packet[mark]).map((mark) => t(`details.${mark}`));
  const time = (ms) => milliseconds(ms, 0.001);
  return [
    ["note", packet.note],
    ["fate", fateOf(packet, killed)],
    ["sent", time(packet.sent)],
    ["delivered", arrived(packet) ? time(packet.delivered) : packet.fate && t("details.never")],
    ["protocol", packet.protocol],
    ["flags", packet.flags?.join(" ")],
    ["seq", packet.seq],
    ["ack", packet.ack],
    ["window", packet.protocol === "TCP" ? packet.window : undefined],
    ["payload", t("details.bytes", { n: packet.payload })],
    ["length", t("details.bytes", { n: packet.length })],
    ["marks", marked.join(", ")],
    ["reference", packet.reference],
  ];
}

/** The list of drops. Tells "restore" (detail: the drop). */
export class Drops extends EventTarget {
  constructor(element) {
    super();
    this.element = element;
  }

  show(drops) {
    const items = drops.map((drop) => {
      const name = t("drops.remove", { from: t(drop.from), number: drop.number });
      const restore = () => this.dispatchEvent(new CustomEvent("restore", { detail: drop }));
      return make("li", {}, `${t(drop.from)} ${drop.number} `,
        make("button", { type: "button", "aria-label": name, onclick: restore }, "✕"));
    });
    this.element.replaceChildren(...(items.length ? items : [make("li", { class: "hint" }, t("drops.none"))]));
  }
}
