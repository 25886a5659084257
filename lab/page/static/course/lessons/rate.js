// Whether UDP is faster, and on what that depends.

import { firstOf, isData, isPlainSyn, of, timesLonger } from "../rules.js";

export const lesson = {
  id: "rate",
  settings: { experiment: "throughput" },
  references: ["RFC 5681 3.1", "RFC 6928", "RFC 768"],
  claims: ["data-transfer-rate"],
  predict: {
    measure: timesLonger("transfer_100k"),
    choices: [["shorter", 0.9], ["same", 1.2], ["double", 3], ["more", Infinity]],
    see: { asks: firstOf("tcp", isPlainSyn), burst: firstOf("tcp", of("client"), isData),
      datagram: firstOf("udp", of("client"), isData) },
  },
  change: {
    settings: () => ({ delay: "1ms" }),
    measure: timesLonger("transfer_100k"),
    choices: [["shorter", 0.9], ["same", 1.2], ["double", 3], ["more", Infinity]],
    see: { burst: firstOf("tcp", of("client"), isData) },
  },
};

export const en = {
  title: "Which is faster?",
  intro: "100,000 bytes go over a link of 20 Mbit/s; one way takes 10 ms. UDP sends at just below the link's rate, " +
    "for somebody told it. The clock runs from the dial until the receiver has the last byte.",
  question: "How much longer does TCP take than UDP?",
  choices: {
    shorter: "It is quicker", same: "About the same: up to 1.2 times", double: "About twice as long",
    more: "More than three times as long",
  },
  found: "TCP took {tcp} ms and UDP {udp} ms: {value} times as long.",
  look: "TCP asks first, then sends ten segments and waits for the acknowledgement of the first. UDP just sends.",
  see: { asks: "TCP asks for a connection", burst: "TCP's first data", datagram: "UDP's first datagram" },
  why: [
    "The link carries the same bits a second for both, and headers cost a few percent.",
    "TCP pays at the beginning: a round trip for the handshake, and slow start, for it does not know the link yet. " +
      "The window doubles each round trip until the link is full.",
    "Document 000 says that UDP is faster because nothing is confirmed. What makes it faster is that it does not " +
      "ask first; " +
      "and it needs somebody who knows the rate. So it depends.",
  ],
  change: {
    what: "The path becomes short: 1 ms each way instead of 10 ms, as in one building.",
    question: "How much longer does TCP take now?",
    choices: {
      shorter: "It is quicker", same: "About the same: up to 1.2 times", double: "About twice as long",
      more: "More than three times as long",
    },
    found: "TCP took {tcp} ms and UDP {udp} ms: {value} times as long.",
    why: [
      "What TCP loses is counted in round trips. Where they are short, hardly anything is lost, " +
        "and the link decides for both.",
      "The same is true of long transfers: choose by what the application needs, not by a word like fast.",
    ],
    see: { burst: "TCP's first data" },
  },
};

export const ko = {
  title: "어느 쪽이 더 빠를까?",
  intro: "20 Mbit/s 링크로 100,000바이트를 보내며, 한쪽 방향에 10 ms가 걸립니다. UDP는 링크의 속도를 미리 알고 " +
    "그보다 조금 느리게 보냅니다. " +
    "연결을 시작할 때부터 수신 측이 마지막 바이트를 받을 때까지의 시간을 잽니다.",
  question: "TCP는 UDP보다 얼마나 더 걸릴까요?",
  choices: {
    shorter: "더 빠르다", same: "거의 같다: 1.2배 이하", double: "두 배쯤",
    more: "세 배 이상",
  },
  found: "TCP는 {tcp} ms, UDP는 {udp} ms로, TCP가 {value}배 걸렸습니다.",
  look: "TCP는 먼저 물어보고, 세그먼트 열 개를 보낸 뒤 첫 확인응답을 기다립니다. UDP는 그냥 보냅니다.",
  see: { asks: "TCP의 연결 요청", burst: "TCP의 첫 데이터", datagram: "UDP의 첫 데이터그램" },
  why: [
    "링크는 둘 모두에게 초당 같은 수의 비트를 나르며, 헤더는 몇 퍼센트에 그칩니다.",
    "TCP는 시작할 때 값을 치릅니다. 핸드셰이크에 왕복 한 번이 들고, 링크를 아직 모르므로 느린 시작을 합니다. " +
      "윈도는 링크가 찰 때까지 왕복마다 두 배가 됩니다.",
    "문서 000은 확인 작업을 하지 않으므로 UDP가 더 빠르다고 합니다. 실제로는 먼저 묻지 않아서 빠르며, " +
      "그것도 누군가 속도를 알려 줄 때의 일입니다. 그러므로 조건에 따라 다릅니다.",
  ],
  change: {
    what: "경로가 짧아져, 한 건물 안처럼 한쪽 방향에 10 ms가 아니라 1 ms가 걸립니다.",
    question: "이제 TCP는 얼마나 더 걸릴까요?",
    choices: {
      shorter: "더 빠르다", same: "거의 같다: 1.2배 이하", double: "두 배쯤",
      more: "세 배 이상",
    },
    found: "TCP는 {tcp} ms, UDP는 {udp} ms로, TCP가 {value}배 걸렸습니다.",
    why: [
      "TCP가 잃는 시간은 왕복의 수로 셉니다. 왕복이 짧으면 거의 잃지 않고, 둘 다 링크의 속도를 따릅니다.",
      "긴 전송에서도 마찬가지입니다. “빠르다”는 말이 아니라 응용 프로그램에 필요한 것을 보고 고르세요.",
    ],
    see: { burst: "TCP의 첫 데이터" },
  },
};
