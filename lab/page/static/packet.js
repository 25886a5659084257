// A packet in words.

import { t } from "./words.js";

/** A time in ms, as exact as a step between times asks for. */
export function milliseconds(time, step = 0.1) {
  if (step >= 1000) return `${Number((time / 1000).toFixed(3))} s`;
  const digits = Math.max(0, Math.min(4, -Math.floor(Math.log10(step) + 1e-9)));
  return `${time.toFixed(digits)} ms`;
}

/** A short label: SYN, ACK 1025, DATA 512 B #3. */
export function labelOf(packet) {
  return (packet.retransmission ? "↻ " : "") + kindOf(packet) + (packet.copy ? " ×2" : "");
}

function kindOf(packet) {
  if (packet.protocol === "ICMP") return "ICMP";
  if (packet.protocol === "UDP") return `UDP ${packet.payload} B${numberOf(packet)}`;
  const flags = packet.flags ?? [];
  const marks = flags.filter((flag) => ["SYN", "FIN", "RST"].includes(flag));
  if (marks.length) return [...marks, ...flags.filter((flag) => flag === "ACK")].join(" ");
  return packet.payload > 0 ? `DATA ${packet.payload} B${numberOf(packet)}` : `ACK ${packet.ack ?? ""}`;
}

/** Packets of a capture have no number. */
const numberOf = ({ number }) => (number === undefined ? "" : ` #${number}`);

/** Who sent it, and which of his it is. */
export const nameOf = ({ from, number = "" }) => `${t(from)} ${number}`.trim();

/** A sentence of what became of it. */
export function fateOf(packet, killed) {
  if (killed) return t("fate.killed");
  const fate = t(`fate.${packet.fate ?? "unknown"}`);
  return packet.cause ? `${fate} (${t(packet.cause)})` : fate;
}

/** What to tell of a packet that the mouse is over: what it is, its header, what became of it, and the standard. */
export function tipOf(packet, killed) {
  const { seq, ack, window, length, payload } = packet;
  const header = Object.entries({ seq, ack, window, length, payload }).filter(([, value]) => value !== undefined);
  const fields = header.map(([name, value]) => `${t(`details.${name}`)} ${value}`).join(" · ");
  return [sentenceOf(packet, killed), fields, packet.reference].filter(Boolean).join("\n");
}

/** One sentence that says all of a packet that matters, for who listens. */
export function sentenceOf(packet, killed) {
  const args = { name: nameOf(packet), label: labelOf(packet), time: milliseconds(packet.sent) };
  return [t("packet.sentence", args), fateOf(packet, killed), packet.note].filter(Boolean).join(". ");
}
