// The rules with which lessons read a run: what is measured, and where to look.

import { again, first, has, isLost, last } from "./reading.js";

export { biggestWait, isLost, smallestWindow } from "./reading.js";

/** Both values of a measurement, of which that of one transport is asked for. */
export const both = (id, asked) => (run) => {
  const [tcp, udp] = [run.value(id, "tcp"), run.value(id, "udp")];
  return { tcp, udp, value: { tcp, udp }[asked] };
};

/** How many times longer TCP takes than UDP, and how long either. */
export const timesLonger = (id) => (run) => {
  const [tcp, udp] = [run.value(id, "tcp"), run.value(id, "udp")];
  return { tcp, udp, value: tcp / udp };
};

/** How many reads more than writes TCP's receiver needed; below 0, it needed fewer. */
export function readsBeyondWrites(run) {
  const [tcp, udp, writes] = [run.value("reads", "tcp"), run.value("reads", "udp"), run.value("writes", "tcp")];
  return { tcp, udp, writes, value: tcp - writes };
}

/** ms from when a segment was sent that got lost until it was sent again. */
export function untilSentAgain(run) {
  const lost = first(run, "tcp", isData, isLost);
  const repair = again(run, lost);
  return { value: repair && repair.sent - lost.sent };
}

export const isData = (packet) => packet.payload > 0;
export const isAgain = (packet) => packet.retransmission;
export const isDamaged = (packet) => packet.fate === "corrupted";
export const isOvertaken = (packet) => packet.overtaken > 0;
export const foundQueueFull = (packet) => packet.fate === "overflowed";
export const isLong = (packet) => packet.payload > 100; // more than one write of the experiment
export const isFragment = (packet) => packet.length === 1500; // as much as the wire takes
export const of = (host) => (packet) => packet.from === host;
export const flags = (...all) => (packet) => has(packet, ...all);
export const isPlainSyn = (packet) => has(packet, "SYN") && !has(packet, "ACK");
export const isPlainAck = (packet) => has(packet, "ACK") && !has(packet, "FIN") && !isData(packet);

/** The first packet of a transport for which all of this holds, and the last. */
export const firstOf = (transport, ...holds) => (run) => first(run, transport, ...holds);
export const lastOf = (transport, ...holds) => (run) => last(run, transport, ...holds);

/** The receiver's acknowledgement that asked for a lost segment: the last before it was sent again. */
export function askedAgain(run) {
  const repair = again(run, first(run, "tcp", isData, isLost));
  return repair && last(run, "tcp", (packet) => packet.from !== repair.from && packet.delivered <= repair.sent);
}

/** The drop of the client's last new segment with data: nothing follows that could tell of the gap. */
export function lastData(run) {
  const packet = last(run, "tcp", of("client"), isData, (one) => !isAgain(one));
  return packet ? [{ from: packet.from, number: packet.number }] : [];
}
