// What it takes before data may flow.

import { both, firstOf, flags, isAgain, isData, isLost, isPlainSyn } from "../rules.js";

export const lesson = {
  id: "handshake",
  settings: { experiment: "setup" },
  references: ["RFC 9293 3.5", "RFC 768"],
  claims: ["connection", "setup-learns-window-and-sequence", "handshake-before-data"],
  predict: {
    measure: both("first_reply_rtts", "tcp"),
    choices: [["one", 1.5], ["two", 2.5], ["three", 3.5], ["more", Infinity]],
    see: { syn: firstOf("tcp", isPlainSyn), agrees: firstOf("tcp", flags("SYN", "ACK")), data: firstOf("tcp", isData),
      datagram: firstOf("udp", isData) },
  },
  change: {
    settings: () => ({ drop: [{ from: "client", number: 1 }] }),
    measure: both("connect", "tcp"),
    choices: [["same", 30], ["trips", 300], ["second", 3000], ["longer", Infinity]],
    see: { lost: firstOf("tcp", isPlainSyn, isLost), again: firstOf("tcp", isPlainSyn, isAgain) },
  },
};

export const en = {
  title: "Handshake",
  intro: "A client sends one message to an echo server and waits for the answer. " +
    "The way there and back takes 20 ms: that is one round trip. UDP has its answer after one.",
  question: "After how many round trips has TCP its first answer?",
  choices: { one: "One, as UDP", two: "Two", three: "Three", more: "Four or more" },
  found: "the first answer came after {tcp} round trips over TCP, and after {udp} over UDP.",
  look: "Three packets of TCP pass before the first data. UDP's first packet is data.",
  see: {
    syn: "The client asks for a connection (SYN)", agrees: "The server agrees (SYN, ACK)",
    data: "TCP's first data", datagram: "UDP's first packet",
  },
  why: [
    "TCP makes sure first that the peer is there and willing: SYN, SYN-ACK, ACK. " +
      "Each side tells its first sequence number and how much room it has.",
    "Only then may data follow, so the first answer costs one round trip for the handshake and one for the message.",
    "UDP notes the address and sends. On a long path this is what makes its first answer come sooner; " +
      "it is paid once a connection, not once a message.",
  ],
  change: {
    what: "The first packet of the client gets lost on the way. For TCP that is the SYN, for UDP the message itself.",
    question: "How long does TCP's connect take now?",
    choices: {
      same: "20 ms as before: the SYN is not needed", trips: "A few round trips more, 300 ms at most",
      second: "About a second", longer: "Several seconds",
    },
    found: "connect took {tcp} ms.",
    why: [
      "Nobody knows the round trip yet, so TCP waits for its first timeout of one second before it sends the SYN " +
        "again (RFC 6298 2.1).",
      "UDP sends nothing again: its message is gone, and no answer comes.",
    ],
    see: { lost: "The SYN that got lost", again: "The SYN that was sent again" },
  },
};

export const ko = {
  title: "핸드셰이크",
  intro: "클라이언트가 에코 서버에 메시지 하나를 보내고 응답을 기다립니다. " +
    "가고 오는 데 20 ms가 걸리며, 이것이 한 번의 왕복입니다. UDP는 한 번의 왕복 뒤에 응답을 받습니다.",
  question: "TCP는 몇 번의 왕복 뒤에 첫 응답을 받을까요?",
  choices: { one: "UDP처럼 한 번", two: "두 번", three: "세 번", more: "네 번 이상" },
  found: "첫 응답까지 TCP는 왕복 {tcp}번, UDP는 왕복 {udp}번이 걸렸습니다.",
  look: "TCP에서는 첫 데이터보다 먼저 패킷 세 개가 지나갑니다. UDP에서는 첫 패킷이 곧 데이터입니다.",
  see: {
    syn: "클라이언트의 연결 요청(SYN)", agrees: "서버의 수락(SYN, ACK)",
    data: "TCP의 첫 데이터", datagram: "UDP의 첫 패킷",
  },
  why: [
    "TCP는 상대가 있고 연결할 뜻이 있는지를 SYN, SYN-ACK, ACK로 먼저 확인합니다. " +
      "이때 양쪽은 자신의 첫 순서 번호와 수신 버퍼의 여유를 서로 알립니다.",
    "데이터는 그 뒤에야 보낼 수 있으므로, 첫 응답까지 핸드셰이크에 한 번, 메시지에 한 번의 왕복이 필요합니다.",
    "UDP는 주소만 기억해 두고 바로 보냅니다. 경로가 길수록 첫 응답이 빨라지는 까닭입니다. " +
      "다만 이 비용은 메시지마다가 아니라 연결마다 한 번만 듭니다.",
  ],
  change: {
    what: "클라이언트의 첫 패킷이 가는 길에 사라집니다. TCP에서는 SYN이, UDP에서는 메시지 자체가 사라집니다.",
    question: "이제 TCP의 connect는 얼마나 걸릴까요?",
    choices: {
      same: "전처럼 20 ms: SYN은 없어도 된다", trips: "왕복 몇 번이 더 걸려 300 ms 이하",
      second: "1초쯤", longer: "수 초",
    },
    found: "connect에 {tcp} ms가 걸렸습니다.",
    why: [
      "아직 왕복 시간을 아무도 모르므로, TCP는 첫 타임아웃인 1초를 기다린 뒤에 SYN을 다시 보냅니다(RFC 6298 2.1).",
      "UDP는 아무것도 다시 보내지 않습니다. 메시지는 사라졌고 응답도 오지 않습니다.",
    ],
    see: { lost: "사라진 SYN", again: "다시 보낸 SYN" },
  },
};
