// A receiver that reads more slowly than the sender sends.

import { biggestWait, both, isData, lastOf, of, smallestWindow } from "../rules.js";

export const lesson = {
  id: "flow",
  settings: { experiment: "flow" },
  references: ["RFC 9293 3.8.6", "RFC 8085 3.1"],
  claims: ["overflow-is-lost", "window-limits-sender"],
  predict: {
    measure: both("delivered", "udp"),
    choices: [["none", 5], ["third", 50], ["most", 99.5], ["all", Infinity]],
    see: { window: smallestWindow, waits: biggestWait, ends: lastOf("udp", of("client"), isData) },
  },
  change: {
    settings: () => ({ delay: "10ms" }),
    measure: both("delivered", "udp"),
    choices: [["fewer", 20], ["same", 50], ["more", Infinity]],
    see: { ends: lastOf("udp", of("client"), isData) },
  },
};

export const en = {
  title: "Flow control",
  intro: "The client sends a message of 1,024 bytes every 0.2 ms. The server reads only one a millisecond, " +
    "five times more slowly, and its buffer is small. The wire loses nothing.",
  question: "Which share of the messages does UDP deliver?",
  choices: {
    none: "Nearly none", third: "About a third", most: "Most of them",
    all: "All: the wire loses nothing",
  },
  found: "UDP delivered {udp} %, and TCP {tcp} %.",
  look: "TCP's server tells in each acknowledgement how much room is left. When it is little, the client waits.",
  see: {
    window: "The server has the least room", waits: "The client sends again after its longest wait",
    ends: "UDP's last message leaves: it never waited",
  },
  why: [
    "Both servers have the same small buffer. TCP's tells of it: the window in every acknowledgement says how much " +
      "may still come, and at zero the client's write waits.",
    "UDP has no such field. The client sends at its own pace, the buffer is full, " +
      "and the server's system drops what finds no room.",
    "Nobody is told. The wire has lost nothing: the data died at the receiver.",
  ],
  change: {
    what: "The path becomes ten times longer: 10 ms instead of 1 ms each way.",
    question: "How much does UDP deliver now?",
    choices: { fewer: "Much less", same: "About a third, as before", more: "Much more" },
    found: "UDP delivered {udp} %, and TCP {tcp} %.",
    why: [
      "What UDP loses depends on how fast the receiver reads and on its buffer, not on the path between them.",
      "TCP still delivers everything: its window tells the sender, over a long path as over a short one.",
    ],
    see: { ends: "UDP's last message leaves" },
  },
};

export const ko = {
  title: "흐름 제어",
  intro: "클라이언트가 0.2 ms마다 1,024바이트짜리 메시지를 보냅니다. 서버는 1 ms에 하나씩, 다섯 배 느리게 읽으며 " +
    "버퍼도 작습니다. " +
    "회선은 아무것도 잃지 않습니다.",
  question: "UDP는 메시지를 얼마나 전달할까요?",
  choices: {
    none: "거의 전달하지 못한다", third: "3분의 1쯤", most: "대부분",
    all: "전부: 회선이 아무것도 잃지 않으므로",
  },
  found: "UDP는 {udp} %, TCP는 {tcp} %를 전달했습니다.",
  look: "TCP 서버는 확인응답마다 남은 여유를 알립니다. 여유가 줄어들면 클라이언트가 기다립니다.",
  see: {
    window: "서버의 여유가 가장 적은 순간", waits: "가장 오래 기다린 클라이언트가 다시 보내는 순간",
    ends: "UDP의 마지막 메시지: 한 번도 기다리지 않았다",
  },
  why: [
    "두 서버의 버퍼는 똑같이 작습니다. TCP는 이를 알립니다. 확인응답의 윈도가 얼마나 더 받을 수 있는지를 말하며, " +
      "0이 되면 클라이언트의 쓰기는 기다립니다.",
    "UDP에는 그런 필드가 없습니다. 클라이언트는 제 속도로 보내고, 버퍼가 가득 차면 " +
      "서버의 운영체제가 자리를 찾지 못한 것을 버립니다.",
    "이를 통지받는 이는 없습니다. 회선은 아무것도 잃지 않았고, 데이터는 수신 측에서 사라졌습니다.",
  ],
  change: {
    what: "경로가 열 배 길어져, 한쪽 방향에 1 ms가 아니라 10 ms가 걸립니다.",
    question: "이제 UDP는 얼마나 전달할까요?",
    choices: { fewer: "훨씬 적게", same: "전처럼 3분의 1쯤", more: "훨씬 많이" },
    found: "UDP는 {udp} %, TCP는 {tcp} %를 전달했습니다.",
    why: [
      "UDP가 잃는 양은 경로의 길이가 아니라 수신 측이 읽는 속도와 버퍼에 달려 있습니다.",
      "TCP는 여전히 모두 전달합니다. 경로가 길든 짧든 윈도가 송신 측에 여유를 알려 줍니다.",
    ],
    see: { ends: "UDP의 마지막 메시지" },
  },
};
