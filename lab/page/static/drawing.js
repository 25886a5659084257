// Draws the space-time diagram of a conversation: time flows downwards, packets are slanted lines.

import { Geometry, header, isUnderWay, roundStep } from "./geometry.js";
import { arrived, isKilled, isLost } from "./trace.js";
import { labelOf, milliseconds } from "./packet.js";

const font = "12px system-ui, sans-serif";
const mostArrows = 300; // more would cost time and show nothing
const dense = 1; // lines to a pixel of height, from which on they are drawn thin and without dashes

const styles = {
  data: { width: 1.8, dash: [] },
  control: { width: 1, dash: [] },
  again: { width: 2.2, dash: [7, 3] },
  lost: { width: 1.4, dash: [3, 3] },
};

/** How a packet is drawn. */
function styleOf(packet) {
  if (isLost(packet)) return "lost";
  if (packet.retransmission) return "again";
  return packet.payload > 0 ? "data" : "control";
}

const colorOf = (style, scene) => ({ again: scene.colors.again, lost: scene.colors.lost })[style] ?? scene.color;

/**
 * Draws.
 *
 * @param {CanvasRenderingContext2D} ctx in CSS pixels
 * @param {object} scene conversation, view, width, height, time, duration, drops, selected, colors, color, ends
 */
export function draw(ctx, scene) {
  const geometry = new Geometry(scene.view, scene.width, scene.height);
  const visible = geometry.visible(scene.conversation);
  ctx.font = font;
  ctx.clearRect(0, 0, scene.width, scene.height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, header, scene.width, scene.height - header);
  ctx.clip();
  drawGrid(ctx, scene, geometry);
  drawLines(ctx, scene, geometry, visible);
  drawSelected(ctx, scene, geometry);
  drawLabels(ctx, scene, geometry, visible);
  drawEnds(ctx, scene, geometry, visible);
  drawNow(ctx, scene, geometry);
  drawDots(ctx, scene, geometry, visible);
  ctx.restore();
  drawHeader(ctx, scene, geometry);
}

function drawHeader(ctx, { colors, ends }, geometry) {
  ctx.fillStyle = colors.ink;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillText(ends.client, geometry.client - 16, header / 2);
  ctx.textAlign = "right";
  ctx.fillText(ends.server, geometry.server + 16, header / 2);
}

function drawGrid(ctx, { colors, height }, geometry) {
  const step = roundStep(geometry.view.span(height), 7);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colors.grid;
  ctx.fillStyle = colors.dim;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.beginPath();
  for (let t = Math.max(0, Math.ceil(geometry.first / step) * step); t <= geometry.last; t += step) {
    const y = Math.round(geometry.y(t)) + 0.5;
    ctx.moveTo(geometry.client, y);
    ctx.lineTo(geometry.server, y);
    ctx.fillText(milliseconds(t, step), geometry.client - 8, y);
  }
  ctx.stroke();
  ctx.strokeStyle = colors.line;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const x of [geometry.client, geometry.server]) {
    ctx.moveTo(x, header);
    ctx.lineTo(x, height);
  }
  ctx.stroke();
}

/** Lines of one style are one path: many strokes cost more than one long one. */
function drawLines(ctx, scene, geometry, visible) {
  const past = {}, future = {};
  for (const packet of visible) {
    const style = styleOf(packet);
    const line = geometry.line(packet);
    if (packet.ends <= scene.time) (past[style] ??= []).push(line);
    else if (packet.sent > scene.time) (future[style] ??= []).push(line);
    else {
      const { x, y } = geometry.place(packet, scene.time);
      (past[style] ??= []).push({ ...line, x1: x, y1: y });
      (future[style] ??= []).push({ ...line, x0: x, y0: y });
    }
  }
  const isDense = visible.length > dense * scene.height;
  stroke(ctx, scene, future, 0.14, isDense);
  stroke(ctx, scene, past, 1, isDense);
}

function stroke(ctx, scene, lines, alpha, isDense) {
  for (const [style, all] of Object.entries(lines)) {
    ctx.globalAlpha = style === "control" ? alpha * 0.75 : alpha;
    ctx.strokeStyle = colorOf(style, scene);
    ctx.lineWidth = isDense ? 1 : styles[style].width;
    ctx.setLineDash(isDense ? [] : styles[style].dash);
    ctx.beginPath();
    for (const { x0, y0, x1, y1 } of all) {
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
    }
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function drawSelected(ctx, { selected, colors, conversation }, geometry) {
  if (!selected || !conversation.packets.includes(selected)) return;
  const { x0, y0, x1, y1 } = geometry.line(selected);
  ctx.strokeStyle = colors.focus;
  ctx.lineWidth = 9;
  ctx.globalAlpha = 0.35;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.lineCap = "butt";
  ctx.globalAlpha = 1;
}

/** What ends a line: an arrow where it arrives, a cross where it dies; a ring around it if the user killed it. */
function drawEnds(ctx, scene, geometry, visible) {
  const arrows = visible.length <= mostArrows;
  for (const packet of visible) {
    if (packet.fate === "queued" && !arrived(packet)) continue;
    const line = geometry.line(packet);
    ctx.globalAlpha = packet.ends <= scene.time ? 1 : 0.14;
    if (isLost(packet)) cross(ctx, line, scene.colors.lost, isKilled(packet, scene.drops));
    else if (arrows) arrow(ctx, line, colorOf(styleOf(packet), scene));
  }
  ctx.globalAlpha = 1;
}

function cross(ctx, { x1, y1 }, color, ringed) {
  const r = 5;
  ctx.strokeStyle = color;
  ctx.lineWidth = 2.4;
  ctx.beginPath();
  ctx.moveTo(x1 - r, y1 - r);
  ctx.lineTo(x1 + r, y1 + r);
  ctx.moveTo(x1 - r, y1 + r);
  ctx.lineTo(x1 + r, y1 - r);
  ctx.stroke();
  if (!ringed) return;
  ctx.beginPath();
  ctx.arc(x1, y1, 10, 0, 2 * Math.PI);
  ctx.stroke();
}

function arrow(ctx, { x0, y0, x1, y1 }, color) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  for (const side of [-0.35, 0.35]) ctx.lineTo(x1 - 8 * Math.cos(angle + side), y1 - 8 * Math.sin(angle + side));
  ctx.fill();
}

const lineHeight = 13;
const steepest = 1.1; // radians: steeper text cannot be read

/** Labels lie on the lines, beside their sender, where there is room: those that matter come first. */
function drawLabels(ctx, scene, geometry, visible) {
  const taken = { client: [], server: [] };
  const matters = (p) => p === scene.selected || styleOf(p) === "lost" || p.retransmission || p.flags?.includes("SYN");
  for (const important of visible.length > dense * scene.height ? [true] : [true, false]) {
    for (const packet of visible) {
      if (Boolean(matters(packet)) === important) placeLabel(ctx, scene, geometry, packet, taken[packet.from]);
    }
  }
  ctx.globalAlpha = 1;
}

function placeLabel(ctx, scene, geometry, packet, taken) {
  const line = geometry.line(packet);
  const [dx, dy] = [Math.abs(line.x1 - line.x0), line.y1 - line.y0];
  const angle = Math.atan2(dy, dx);
  if (dx < 60 && packet.fate !== "overflowed") return;
  const apart = lineHeight / Math.max(0.2, Math.cos(angle));
  if (angle > steepest || taken.some((y) => Math.abs(y - line.y0) < apart)) return;
  const text = labelOf(packet);
  const { width } = ctx.measureText(text);
  if (width > Math.max(dx, 120) - 12) return;
  taken.push(line.y0);
  ctx.save();
  ctx.translate(line.x0, line.y0);
  ctx.rotate(packet.from === "client" ? angle : -angle);
  ctx.textAlign = packet.from === "client" ? "left" : "right";
  ctx.textBaseline = "alphabetic";
  const alpha = packet.sent <= scene.time ? 1 : 0.25;
  const x = packet.from === "client" ? 12 : -12;
  ctx.globalAlpha = 0.8 * alpha; // paper under the text: a rectangle is drawn much faster than an outline of letters
  ctx.fillStyle = scene.colors.paper;
  ctx.fillRect(packet.from === "client" ? x - 2 : x - width - 2, -lineHeight, width + 4, lineHeight - 1);
  ctx.globalAlpha = alpha;
  ctx.fillStyle = textColor(styleOf(packet), scene);
  ctx.fillText(text, x, -3);
  ctx.restore();
}

const textColor = (style, scene) => (style === "control" ? scene.colors.dim : colorOf(style, scene));

function drawNow(ctx, { time, colors, width }, geometry) {
  const y = geometry.y(time);
  ctx.strokeStyle = colors.now;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(0, y);
  ctx.lineTo(width, y);
  ctx.stroke();
}

/** Packets under way: TCP is round, UDP square, a retransmission a diamond. */
function drawDots(ctx, scene, geometry, visible) {
  ctx.lineWidth = 2;
  ctx.strokeStyle = scene.colors.paper;
  for (const packet of visible) {
    if (!isUnderWay(packet, scene.time)) continue;
    const { x, y } = geometry.place(packet, scene.time);
    ctx.fillStyle = packet.retransmission ? scene.colors.again : scene.color;
    ctx.beginPath();
    shape(ctx, packet, x, y);
    ctx.fill();
    ctx.stroke();
  }
}

function shape(ctx, packet, x, y) {
  const r = packet.payload > 0 ? 6.5 : 4.5;
  if (packet.retransmission) {
    ctx.moveTo(x, y - r - 1);
    for (const [dx, dy] of [[r + 1, 0], [0, r + 1], [-r - 1, 0]]) ctx.lineTo(x + dx, y + dy);
    ctx.closePath();
  } else if (packet.protocol === "TCP") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else ctx.rect(x - r + 1, y - r + 1, 2 * r - 2, 2 * r - 2);
}
