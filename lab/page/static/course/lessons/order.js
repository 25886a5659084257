// Whether messages arrive as they were sent.

import { both, firstOf, isData, isOvertaken, of } from "../rules.js";

export const lesson = {
  id: "order",
  settings: { experiment: "ordering", messages: "40" },
  references: ["RFC 9293 3.4", "RFC 4737 3.3"],
  claims: ["datagram-order", "stream-in-order-without-error"],
  predict: {
    measure: both("out_of_order", "udp"),
    choices: [["none", 0.5], ["tenth", 15], ["third", 40], ["most", Infinity]],
    see: { late: firstOf("udp", isOvertaken), held: firstOf("tcp", of("client"), isData, isOvertaken) },
  },
  change: {
    settings: () => ({ reorder: "100%" }),
    measure: both("out_of_order", "udp"),
    choices: [["none", 0.5], ["half", 60], ["most", 99.5], ["all", Infinity]],
    see: { late: firstOf("udp", isOvertaken), fast: firstOf("udp", isData) },
  },
};

export const en = {
  title: "Order",
  intro: "The client sends 40 numbered messages, and several are under way at once. " +
    "One packet in four takes a faster way and overtakes those before it. TCP's application sees nothing of it.",
  question: "Which share of the messages arrives out of order over UDP?",
  choices: {
    none: "None", tenth: "Up to 15 %", third: "Between 15 and 40 %",
    most: "More than 40 %",
  },
  found: "{udp} % were out of order over UDP, and {tcp} % over TCP.",
  look: "One fast packet overtakes several, and all of those are late. TCP keeps what came early.",
  see: { late: "A datagram that is overtaken", held: "A segment that is overtaken: others wait for it" },
  why: [
    "UDP hands over each datagram when it comes. One packet that overtakes four others makes four of them late, " +
      "and the way back mixes them once more: so the share is larger than one in four.",
    "TCP numbers every byte, keeps what came early, and hands over only what is next.",
    "That order has a price: what has arrived waits for what has not.",
  ],
  change: {
    what: "Now not one packet in four takes the faster way, but every one (reordering 100 %).",
    question: "Which share is out of order over UDP now?",
    choices: {
      none: "None", half: "About half", most: "Nearly all", all: "All of them",
    },
    found: "{udp} % were out of order over UDP.",
    why: [
      "Where all are fast, nobody overtakes anybody. Not speed makes disorder, but differences of speed.",
    ],
    see: { late: "A datagram that is overtaken", fast: "A datagram on the fast way" },
  },
};

export const ko = {
  title: "순서",
  intro: "클라이언트가 번호를 매긴 메시지 40개를 보내며, 동시에 여러 개가 전송 중입니다. " +
    "패킷 넷 가운데 하나는 더 빠른 길로 가서 앞선 것들을 앞지릅니다. TCP 응용 프로그램에는 그런 일이 보이지 " +
    "않습니다.",
  question: "UDP에서는 메시지 가운데 얼마가 순서에 어긋나게 도착할까요?",
  choices: { none: "없다", tenth: "15 % 이하", third: "15~40 %", most: "40 % 이상" },
  found: "순서가 어긋난 메시지는 UDP가 {udp} %, TCP가 {tcp} %였습니다.",
  look: "빠른 패킷 하나가 여럿을 앞지르면 앞질린 것이 모두 늦은 것이 됩니다. TCP는 먼저 온 것을 보관합니다.",
  see: { late: "앞질린 데이터그램", held: "앞질린 세그먼트: 다른 것들이 이것을 기다린다" },
  why: [
    "UDP는 데이터그램을 도착하는 대로 넘겨줍니다. 패킷 하나가 넷을 앞지르면 네 개가 늦어지고, " +
      "돌아오는 길에서 다시 섞입니다. 그래서 비율이 넷 가운데 하나보다 커집니다.",
    "TCP는 바이트마다 번호를 매기고, 먼저 온 것을 보관했다가 다음 차례의 것만 넘겨줍니다.",
    "이 순서에도 값이 있습니다. 도착한 것이 도착하지 않은 것을 기다려야 합니다.",
  ],
  change: {
    what: "이번에는 넷 가운데 하나가 아니라 모든 패킷이 빠른 길로 갑니다(순서 바뀜 100 %).",
    question: "이제 UDP에서는 얼마나 순서가 어긋날까요?",
    choices: { none: "없다", half: "절반쯤", most: "거의 전부", all: "전부" },
    found: "UDP에서 {udp} %가 순서에 어긋났습니다.",
    why: ["모두가 빠르면 아무도 앞지르지 않습니다. 순서를 바꾸는 것은 빠르기가 아니라 빠르기의 차이입니다."],
    see: { late: "앞질린 데이터그램", fast: "빠른 길로 간 데이터그램" },
  },
};
