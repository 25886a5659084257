// Where things lie in the space-time diagram of a conversation. Pure.

import { reach } from "./trace.js";

export const header = 26; // pixels above time 0, for the names of the ends
const margin = { left: 60, right: 22 };

/** Which part of time is in view. Both lanes have the same one. */
export class View {
  top = 0; // ms at the upper edge
  msPerPixel = 0.125;
  follows = true; // does it move with the time?

  /** Moves so that the current time is well in view. */
  follow(time, duration, height) {
    if (!this.follows) return;
    this.moveTo(time - 0.62 * this.span(height), duration, height);
  }

  moveTo(top, duration, height) {
    const lowest = -10 * this.msPerPixel;
    const highest = duration + 40 * this.msPerPixel - this.span(height);
    this.top = Math.max(lowest, Math.min(top, highest));
  }

  /** ms that are in view. */
  span(height) {
    return (height - header) * this.msPerPixel;
  }

  /** Zooms so that the time keeps its place. */
  zoom(factor, time, duration, height) {
    const above = (time - this.top) / this.msPerPixel;
    this.msPerPixel *= factor;
    this.moveTo(time - above * this.msPerPixel, duration, height);
  }
}

const flightPixels = { usual: 110, most: 160 };
const mostScreens = 60;

/** A zoom at which a packet's way is a gentle slope: at most so long that the run is not endless to look at. */
export function fittingZoom(conversations, duration, height) {
  const room = height - header - 50;
  const flight = Math.max(...conversations.map((c) => c.flight), 0);
  const whole = duration / room;
  if (flight === 0) return whole;
  if (flight / whole > flightPixels.usual) return Math.max(whole, flight / flightPixels.most);
  return Math.max(flight / flightPixels.usual, duration / (mostScreens * room));
}

/** Turns times and ends into pixels. */
export class Geometry {
  constructor(view, width, height) {
    Object.assign(this, { view, width, height });
    this.client = margin.left;
    this.server = width - margin.right;
  }

  y(t) {
    return header + (t - this.view.top) / this.view.msPerPixel;
  }

  t(y) {
    return this.view.top + (y - header) * this.view.msPerPixel;
  }

  get first() {
    return this.t(header);
  }

  get last() {
    return this.t(this.height);
  }

  /** The line of a packet: from where it is sent to where it ends. */
  line(packet) {
    const [from, to] = packet.from === "client" ? [this.client, this.server] : [this.server, this.client];
    return { x0: from, y0: this.y(packet.sent), x1: from + (to - from) * reach(packet), y1: this.y(packet.ends) };
  }

  /** Where a packet is at a time. */
  place(packet, time) {
    const { x0, y0, x1, y1 } = this.line(packet);
    const part = packet.ends > packet.sent ? (time - packet.sent) / (packet.ends - packet.sent) : 1;
    return { x: x0 + (x1 - x0) * part, y: y0 + (y1 - y0) * part };
  }

  /** The packets of a conversation that are in view. */
  visible(conversation) {
    const { packets } = conversation;
    const found = [];
    for (let i = conversation.firstAt(this.first); i < packets.length && packets[i].sent <= this.last; i++) {
      if (packets[i].ends >= this.first) found.push(packets[i]);
    }
    return found;
  }

  /** The packet under way, or else the line, nearest to a point. */
  hit(conversation, x, y, time) {
    const visible = this.visible(conversation);
    const dot = nearest(visible.filter((p) => isUnderWay(p, time)), 13, (p) => {
      const at = this.place(p, time);
      return Math.hypot(at.x - x, at.y - y);
    });
    if (dot) return { packet: dot, underWay: true };
    const packet = nearest(visible, 9, (p) => distance(this.line(p), x, y));
    return packet && { packet, underWay: false };
  }
}

export const isUnderWay = (packet, time) => packet.sent <= time && time < packet.ends;

function nearest(packets, within, far) {
  let best = null;
  for (const packet of packets) {
    const d = far(packet);
    if (d < within) [best, within] = [packet, d];
  }
  return best;
}

/** The distance of a point from a line with ends. */
function distance({ x0, y0, x1, y1 }, x, y) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const part = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x0 + dx * part - x, y0 + dy * part - y);
}

/** A round step, so that about so many of them make the span. */
export function roundStep(span, count) {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough);
}
