// More is offered than the link carries.

import { both, firstOf, foundQueueFull, isAgain, isData, isLost, of } from "../rules.js";

export const lesson = {
  id: "congestion",
  settings: { experiment: "congestion" },
  references: ["RFC 5681", "RFC 9438", "RFC 8085 3.1"],
  claims: ["flow-and-congestion-control"],
  predict: {
    measure: both("queue_loss", "udp"),
    choices: [["none", 1], ["tenth", 25], ["half", 65], ["most", Infinity]],
    see: { start: firstOf("tcp", of("client"), isData), full: firstOf("udp", foundQueueFull) },
  },
  change: {
    settings: () => ({ loss: "2%" }),
    measure: both("goodput", "tcp"),
    choices: [["little", 1], ["half", 7], ["nearly", 9.3], ["all", Infinity]],
    see: { lost: firstOf("tcp", isData, isLost), again: firstOf("tcp", isAgain) },
  },
};

export const en = {
  title: "Congestion control",
  intro: "A link carries 10 Mbit/s, and before it is a queue for 64 packets. " +
    "UDP sends at 20 Mbit/s, twice what fits. TCP sends as much as it thinks right.",
  question: "Which share of UDP's packets is dropped at the full queue?",
  choices: { none: "Nearly none", tenth: "About a tenth", half: "About half", most: "Most of them" },
  found: "{udp} % of UDP's packets were dropped at the queue, and {tcp} % of TCP's.",
  look: "TCP begins with few segments and sends more with each acknowledgement. UDP fills the queue and goes on.",
  see: { start: "TCP's first data: ten segments at most, then it waits", full: "UDP finds the queue full" },
  why: [
    "The link cannot carry more than it can. At twice the rate half of it must go, and nothing comes back that " +
      "would " +
      "tell UDP.",
    "TCP takes acknowledgements as news about the network: its congestion window grows while all goes well " +
      "(slow start) and shrinks when packets are lost or late.",
    "So TCP fills the link and loses hardly anything. Programs over UDP have to limit themselves (RFC 8085 3.1).",
  ],
  change: {
    what: "Now chance loses two packets in a hundred, although the link is not full.",
    question: "How much of the 10 Mbit/s does TCP still get through?",
    choices: { little: "Less than 1 Mbit/s", half: "About half", nearly: "About 8 or 9 Mbit/s", all: "All that fits" },
    found: "TCP got {tcp} Mbit/s through, and UDP {udp} Mbit/s.",
    why: [
      "TCP takes every loss for congestion and sends less, though here it is only chance. Its window never becomes " +
        "large enough to fill the link.",
      "UDP does not notice. That is why TCP is slow on bad radio links.",
    ],
    see: { lost: "A TCP segment that chance has lost", again: "It is sent again, and the window shrinks" },
  },
};

export const ko = {
  title: "혼잡 제어",
  intro: "링크는 10 Mbit/s를 나르며, 그 앞에 패킷 64개가 들어가는 큐가 있습니다. " +
    "UDP는 그 두 배인 20 Mbit/s로 보내고, TCP는 스스로 알맞다고 여기는 만큼 보냅니다.",
  question: "UDP 패킷 가운데 얼마가 가득 찬 큐에서 버려질까요?",
  choices: { none: "거의 없다", tenth: "10분의 1쯤", half: "절반쯤", most: "대부분" },
  found: "큐에서 버려진 패킷은 UDP가 {udp} %, TCP가 {tcp} %였습니다.",
  look: "TCP는 세그먼트 몇 개로 시작해서 확인응답이 올 때마다 더 보냅니다. UDP는 큐를 채우고도 계속 보냅니다.",
  see: { start: "TCP의 첫 데이터: 많아야 열 개를 보내고 기다린다", full: "UDP 패킷이 가득 찬 큐를 만난 순간" },
  why: [
    "링크는 나를 수 있는 만큼만 나릅니다. 두 배로 보내면 절반은 버려질 수밖에 없고, UDP에 이를 알려 주는 것은 " +
      "없습니다.",
    "TCP는 확인응답을 네트워크의 소식으로 여깁니다. 문제가 없으면 혼잡 윈도가 커지고(느린 시작), " +
      "패킷을 잃거나 늦으면 작아집니다.",
    "그래서 TCP는 링크를 채우면서도 거의 잃지 않습니다. UDP를 쓰는 프로그램은 스스로 속도를 제한해야 합니다(RFC " +
      "8085 3.1).",
  ],
  change: {
    what: "이번에는 링크가 가득 차지 않아도 우연히 패킷 백 개 가운데 두 개를 잃습니다.",
    question: "TCP는 10 Mbit/s 가운데 얼마를 전달할까요?",
    choices: { little: "1 Mbit/s 미만", half: "절반쯤", nearly: "8~9 Mbit/s쯤", all: "들어가는 만큼 전부" },
    found: "TCP는 {tcp} Mbit/s, UDP는 {udp} Mbit/s를 전달했습니다.",
    why: [
      "TCP는 모든 손실을 혼잡으로 여기고 덜 보냅니다. 여기서는 우연일 뿐인데도 그렇습니다. " +
        "윈도가 링크를 채울 만큼 커지지 못합니다.",
      "UDP는 알아차리지 못합니다. 품질이 나쁜 무선 링크에서 TCP가 느린 까닭입니다.",
    ],
    see: { lost: "우연히 잃은 TCP 세그먼트", again: "재전송: 윈도도 줄어든다" },
  },
};
