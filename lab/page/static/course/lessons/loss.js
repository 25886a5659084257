// What becomes of messages when packets are lost.

import { both, firstOf, isAgain, isData, isLost, lastOf } from "../rules.js";

export const lesson = {
  id: "loss",
  settings: { experiment: "loss", loss: "10%", messages: "100" },
  references: ["RFC 9293 3.8", "RFC 768", "RFC 791"],
  claims: ["reliable-data-transfer", "ip-is-unreliable"],
  predict: {
    measure: both("delivered", "udp"),
    choices: [["few", 70], ["eighty", 86], ["ninety", 99.5], ["all", Infinity]],
    see: { gone: firstOf("udp", isLost), lost: firstOf("tcp", isData, isLost), again: firstOf("tcp", isAgain) },
  },
  change: {
    settings: () => ({ loss: "30%" }),
    measure: both("delivered", "tcp"),
    choices: [["half", 60], ["seventy", 80], ["most", 99.5], ["all", Infinity]],
    see: { again: lastOf("tcp", isAgain) },
  },
};

export const en = {
  title: "Loss",
  intro: "The client sends 100 messages, and the server echoes each. " +
    "The wire loses one packet in ten, on the way there and on the way back.",
  question: "How many of the 100 messages come back over UDP?",
  choices: {
    few: "Fewer than 70", eighty: "About 80", ninety: "About 90", all: "All of them",
  },
  found: "{udp} % came back over UDP, and {tcp} % over TCP.",
  look: "A lost datagram is gone. A lost segment comes again.",
  see: { gone: "A UDP datagram that was lost", lost: "A TCP segment that was lost", again: "TCP sends it again" },
  why: [
    "The wire drops IP packets, whatever they carry: IP promises nothing.",
    "Over UDP a message has to survive twice, as message and as echo: 0.9 × 0.9 is 81 %, and chance adds or " +
      "takes some.",
    "TCP numbers its bytes, learns from the acknowledgements what is missing, and sends that again. " +
      "Everything arrives; the price is time.",
  ],
  change: {
    what: "The wire becomes worse: three packets in ten are lost instead of one.",
    question: "How much does TCP deliver now?",
    choices: { half: "About half of it", seventy: "About 70 %", most: "Nearly all of it", all: "All of it" },
    found: "{tcp} % came back over TCP, and {udp} % over UDP.",
    why: [
      "TCP goes on sending what is missing until it is acknowledged. What suffers is not the data but the time: " +
        "look at the round trips in the table.",
      "UDP brings back about 0.7 × 0.7, half of the messages.",
    ],
    see: { again: "The last thing that TCP sent again" },
  },
};

export const ko = {
  title: "손실",
  intro: "클라이언트가 메시지 100개를 보내고 서버가 하나하나 에코합니다. " +
    "회선은 가는 길과 오는 길에서 각각 패킷 열 개 가운데 하나를 잃습니다.",
  question: "UDP에서는 메시지 100개 가운데 몇 개가 돌아올까요?",
  choices: { few: "70개 미만", eighty: "80개쯤", ninety: "90개쯤", all: "전부" },
  found: "UDP는 {udp} %, TCP는 {tcp} %가 돌아왔습니다.",
  look: "잃은 데이터그램은 그대로 사라지고, 잃은 세그먼트는 다시 옵니다.",
  see: { gone: "손실된 UDP 데이터그램", lost: "손실된 TCP 세그먼트", again: "TCP의 재전송" },
  why: [
    "회선은 무엇이 담겼는지 가리지 않고 IP 패킷을 버립니다. IP는 아무것도 보장하지 않습니다.",
    "UDP 메시지는 갈 때와 올 때 두 번 살아남아야 합니다. 0.9 × 0.9 = 81 %이며, 우연에 따라 조금 늘거나 줄어듭니다.",
    "TCP는 바이트마다 번호를 매기고, 확인응답에서 빠진 것을 알아내어 그것을 다시 보냅니다. " +
      "모두 도착하는 대신 시간이 더 걸립니다.",
  ],
  change: {
    what: "회선이 더 나빠져서 패킷 열 개 가운데 하나가 아니라 셋을 잃습니다.",
    question: "이제 TCP는 얼마나 전달할까요?",
    choices: { half: "절반쯤", seventy: "70 %쯤", most: "거의 전부", all: "전부" },
    found: "TCP는 {tcp} %, UDP는 {udp} %가 돌아왔습니다.",
    why: [
      "TCP는 확인응답이 올 때까지 빠진 것을 계속 다시 보냅니다. 나빠지는 것은 데이터가 아니라 시간입니다. " +
        "표에서 왕복 시간을 확인해 보세요.",
      "UDP는 0.7 × 0.7, 곧 절반쯤의 메시지만 돌아옵니다.",
    ],
    see: { again: "TCP의 마지막 재전송" },
  },
};
