// Whether damage reaches the application.

import { both, firstOf, isAgain, isDamaged, isData, lastOf } from "../rules.js";

export const lesson = {
  id: "checksum",
  settings: { experiment: "corruption", messages: "100" },
  references: ["RFC 1071", "RFC 768", "RFC 9293 3.1"],
  claims: ["addresses-and-checksum"],
  predict: {
    measure: both("damaged", "udp"),
    choices: [["none", 0.5], ["five", 7.5], ["ten", 15], ["more", Infinity]],
    see: { gone: firstOf("udp", isDamaged), damaged: firstOf("tcp", isData, isDamaged),
      again: firstOf("tcp", isAgain) },
  },
  change: {
    settings: () => ({ corrupt: "20%" }),
    measure: both("delivered", "udp"),
    choices: [["third", 50], ["two-thirds", 72], ["eighty", 88], ["all", Infinity]],
    see: { damaged: lastOf("udp", isDamaged) },
  },
};

export const en = {
  title: "Checksum",
  intro: "The client sends 100 messages, and the server echoes each. In one packet of twenty " +
    "the wire flips a single bit, anywhere in it.",
  question: "How many damaged messages does the application get over UDP?",
  choices: { none: "None", five: "About 5", ten: "About 10", more: "More than 15" },
  found: "{udp} damaged messages reached the application over UDP, and {tcp} over TCP.",
  look: "A damaged packet arrives, and the receiver throws it away. Only TCP sends it again.",
  see: {
    gone: "A damaged UDP datagram", damaged: "A damaged TCP segment", again: "TCP sends a segment again",
  },
  why: [
    "Both carry the same checksum of 16 bits, over header, data and addresses. One flipped bit always changes it " +
      "(RFC 1071), so the receiver discards the packet without a word.",
    "For the application a damaged packet is a lost one. TCP sends it again; UDP does not know of it.",
    "The checksum is what both have in common in the table of document 000. What differs is what follows.",
  ],
  change: {
    what: "Four times as many packets are damaged: one in five.",
    question: "How many of the messages come back over UDP?",
    choices: { third: "Fewer than half", "two-thirds": "About 64 %", eighty: "About 80 %", all: "Nearly all" },
    found: "{udp} % came back over UDP.",
    why: [
      "Each message has to come through twice: 0.8 × 0.8 is 64 %. Damage counts like loss.",
    ],
    see: { damaged: "A damaged datagram" },
  },
};

export const ko = {
  title: "체크섬",
  intro: "클라이언트가 메시지 100개를 보내고 서버가 하나하나 에코합니다. " +
    "회선은 패킷 스무 개 가운데 하나에서 아무 비트나 하나를 뒤집습니다.",
  question: "UDP에서 손상된 메시지 몇 개가 응용 프로그램에 전달될까요?",
  choices: { none: "없다", five: "5개쯤", ten: "10개쯤", more: "15개보다 많이" },
  found: "응용 프로그램에 전달된 손상된 메시지는 UDP가 {udp}개, TCP가 {tcp}개였습니다.",
  look: "손상된 패킷은 도착하지만 수신 측이 버립니다. 다시 보내는 것은 TCP뿐입니다.",
  see: { gone: "손상된 UDP 데이터그램", damaged: "손상된 TCP 세그먼트", again: "TCP의 재전송" },
  why: [
    "둘 다 헤더, 데이터, 주소에 대해 같은 16비트 체크섬을 씁니다. 비트 하나가 뒤집히면 체크섬이 반드시 " +
      "달라지므로(RFC 1071) " +
      "수신 측은 그 패킷을 말없이 버립니다.",
    "응용 프로그램에게 손상된 패킷은 잃은 패킷과 같습니다. TCP는 다시 보내고, UDP는 빠진 줄도 모릅니다.",
    "문서 000의 비교표에서 체크섬은 둘의 공통점입니다. 다른 것은 그다음에 하는 일입니다.",
  ],
  change: {
    what: "손상되는 패킷이 네 배로 늘어, 다섯 개 가운데 하나가 손상됩니다.",
    question: "UDP에서는 메시지가 얼마나 돌아올까요?",
    choices: { third: "절반 미만", "two-thirds": "64 %쯤", eighty: "80 %쯤", all: "거의 전부" },
    found: "UDP에서 {udp} %가 돌아왔습니다.",
    why: ["메시지는 두 번 무사히 지나야 합니다. 0.8 × 0.8 = 64 %입니다. 손상은 손실과 같습니다."],
    see: { damaged: "손상된 데이터그램" },
  },
};
