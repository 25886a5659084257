// How a sender learns of a loss: by acknowledgements, or by the clock.

import { askedAgain, firstOf, isAgain, isData, isLost, lastData, untilSentAgain } from "../rules.js";

export const lesson = {
  id: "repair",
  settings: { experiment: "loss", loss: "0%", messages: "8", drop: [{ from: "client", number: 5 }] },
  references: ["RFC 5681 3.2", "RFC 6298 2", "RFC 2018"],
  claims: ["sequence-reveals-loss", "selective-repeat"],
  predict: {
    measure: untilSentAgain,
    choices: [["once", 10], ["trip", 60], ["timer", 700], ["second", Infinity]],
    see: { lost: firstOf("tcp", isData, isLost), asks: askedAgain, again: firstOf("tcp", isAgain) },
  },
  change: {
    settings: (run) => ({ drop: lastData(run) }),
    measure: untilSentAgain,
    choices: [["once", 10], ["trip", 60], ["timer", 700], ["second", Infinity]],
    see: { lost: firstOf("tcp", isData, isLost), again: firstOf("tcp", isAgain) },
  },
};

export const en = {
  title: "How a loss is noticed",
  intro: "The client sends eight messages, one a millisecond; one round trip takes 20 ms. " +
    "The wire loses a single packet: the third segment with data. Five more follow it.",
  question: "How long does it take until TCP sends the lost segment again?",
  choices: {
    once: "Less than 10 ms: at once", trip: "About one round trip: 10 to 60 ms",
    timer: "A fraction of a second: up to 0.7 s", second: "More than 0.7 s",
  },
  found: "it was sent again after {value} ms.",
  look: "The receiver acknowledges everything behind the gap, and says each time that it still waits for the " +
    "same byte.",
  see: {
    lost: "The segment that is lost", asks: "The acknowledgement that asks for it once more",
    again: "It is sent again",
  },
  why: [
    "Nobody tells a sender of a loss. It learns of it because later segments arrive: " +
      "each makes the receiver repeat which byte it waits for, and SACK names what it has already.",
    "After the third such answer the sender does not wait any longer: fast retransmit (RFC 5681 3.2). " +
      "That takes about one round trip.",
    "Only the missing segment is sent again. That is selective repeat, as document 003 says.",
  ],
  change: {
    what: "Now the wire loses the last segment instead of the third. Nothing follows it.",
    question: "How long does it take now?",
    choices: {
      once: "Less than 10 ms: at once", trip: "About one round trip: 10 to 60 ms",
      timer: "A fraction of a second: up to 0.7 s", second: "More than 0.7 s",
    },
    found: "it was sent again after {value} ms.",
    why: [
      "Nothing comes behind the gap, so no acknowledgement tells of it. Only the clock is left: the retransmission " +
        "timeout, which TCP computes from the round trips it has measured, with a lower bound of 200 ms here.",
      "The end of a transfer is where a loss costs most.",
    ],
    see: { lost: "The segment that is lost", again: "It is sent again by the clock" },
  },
};

export const ko = {
  title: "손실을 알아차리는 방법",
  intro: "클라이언트가 1 ms마다 하나씩 메시지 여덟 개를 보냅니다. 한 번의 왕복은 20 ms입니다. " +
    "회선은 패킷 하나, 곧 세 번째 데이터 세그먼트만 잃습니다. 그 뒤로 다섯 개가 더 이어집니다.",
  question: "TCP가 잃은 세그먼트를 다시 보내기까지 얼마나 걸릴까요?",
  choices: {
    once: "10 ms 미만: 바로", trip: "왕복 한 번쯤: 10~60 ms",
    timer: "1초가 안 되는 시간: 0.7초 이하", second: "0.7초보다 오래",
  },
  found: "{value} ms 뒤에 다시 보냈습니다.",
  look: "수신 측은 빈틈 뒤에 온 것에 모두 확인응답을 보내면서, 그때마다 같은 바이트를 아직 기다린다고 알립니다.",
  see: { lost: "잃은 세그먼트", asks: "다시 보내 달라는 확인응답", again: "재전송" },
  why: [
    "손실을 송신 측에 알려 주는 이는 없습니다. 뒤따르는 세그먼트가 도착하기 때문에 알게 됩니다. " +
      "도착할 때마다 수신 측은 기다리는 바이트를 되풀이해 알리고, SACK로는 이미 받은 것을 알립니다.",
    "그런 응답이 세 번 오면 송신 측은 더 기다리지 않고 다시 보냅니다. 이것이 빠른 재전송입니다(RFC 5681 3.2). " +
      "왕복 한 번쯤이 걸립니다.",
    "빠진 세그먼트만 다시 보냅니다. 문서 003이 말하는 selective repeat입니다.",
  ],
  change: {
    what: "이번에는 세 번째가 아니라 마지막 세그먼트를 잃습니다. 그 뒤로는 아무것도 오지 않습니다.",
    question: "이제는 얼마나 걸릴까요?",
    choices: {
      once: "10 ms 미만: 바로", trip: "왕복 한 번쯤: 10~60 ms",
      timer: "1초가 안 되는 시간: 0.7초 이하", second: "0.7초보다 오래",
    },
    found: "{value} ms 뒤에 다시 보냈습니다.",
    why: [
      "빈틈 뒤로 오는 것이 없으니 손실을 알려 줄 확인응답도 없습니다. 남은 것은 시계뿐입니다. " +
        "TCP는 측정한 왕복 시간으로 재전송 타임아웃을 계산하며, 여기서는 200 ms보다 짧아지지 않습니다.",
      "손실은 전송이 끝날 무렵에 가장 큰 시간을 빼앗습니다.",
    ],
    see: { lost: "잃은 세그먼트", again: "타임아웃에 따른 재전송" },
  },
};
