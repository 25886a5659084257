// How a connection ends, and what a sender learns when nobody listens.

import { both, firstOf, flags, isPlainAck, lastOf, of } from "../rules.js";

export const lesson = {
  id: "close",
  settings: { experiment: "close" },
  references: ["RFC 9293 3.6", "RFC 9293 3.5.2", "RFC 1122 4.1.3.3"],
  claims: ["closer-waits", "closed-socket-errors", "arrival-known-at-once"],
  predict: {
    measure: both("packets_to_close", "tcp"),
    choices: [["none", 0.5], ["two", 2.5], ["four", 4.5], ["more", Infinity]],
    see: { fin: firstOf("tcp", of("client"), flags("FIN")), back: firstOf("tcp", of("server"), flags("FIN")),
      last: lastOf("tcp", of("client"), isPlainAck), silent: lastOf("udp") },
  },
  change: {
    settings: () => ({ experiment: "refusal" }),
    measure: (run) => ({ value: run.value("outcome_unconnected", "udp") }),
    choices: [["refused", "refused"], ["late", "told late"], ["never", "never told"]],
    claims: ["sends-unasked", "connect-needs-listen"],
    see: { reset: firstOf("tcp", flags("RST")), icmp: firstOf("udp", of("server")) },
  },
};

export const en = {
  title: "Closing",
  intro: "After one echo the client closes its socket, and the server, when it notices, its own.",
  question: "How many packets does TCP need to close the connection?",
  choices: { none: "None", two: "One or two", four: "Three or four", more: "Five or more" },
  found: "{tcp} packets over TCP, and {udp} over UDP.",
  look: "Each direction is closed by itself: FIN, and its acknowledgement.",
  see: {
    fin: "The client has nothing more to send (FIN)", back: "Neither has the server (FIN)",
    last: "The last acknowledgement: now the client waits",
    silent: "UDP's last packet: the echo. Closing sends nothing",
  },
  why: [
    "A TCP connection has two directions, and each ends with a FIN that is acknowledged: four packets, " +
      "or three where an acknowledgement rides on the other FIN.",
    "Nobody acknowledges the last acknowledgement. So whoever closed first stays in TIME-WAIT, " +
      "in case the other FIN comes again.",
    "A UDP socket just goes away. Nothing is sent, and nobody is told.",
    "Document 002 says that a TCP sender knows at once of an arrival. But a write returns when the system has " +
      "the bytes, " +
      "long before they can be there.",
  ],
  change: {
    what: "The server is gone: nobody listens on the port any more. The client sends all the same.",
    question: "What does a UDP client that did not call connect learn of it?",
    choices: {
      refused: "Its first send fails: connection refused", late: "A later call fails",
      never: "Nothing: it is never told",
    },
    found: "TCP was answered by RST. Without connect, UDP sent, and no call failed.",
    why: [
      "TCP asks first, and the host answers RST: connect fails at once.",
      "The host answers UDP, too, with an ICMP message. A socket that is connected is told of it by its next call; " +
        "one that is not talks to many, and is never told.",
      "Whoever wants to know over UDP whether something arrived needs an answer of the receiver.",
    ],
    see: { reset: "TCP is refused (RST)", icmp: "The host's ICMP message" },
  },
};

export const ko = {
  title: "연결 종료",
  intro: "한 번의 에코가 끝나면 클라이언트가 소켓을 닫고, 서버도 이를 알아차리면 자신의 소켓을 닫습니다.",
  question: "TCP는 연결을 종료하는 데 패킷이 몇 개 필요할까요?",
  choices: { none: "없다", two: "한두 개", four: "서너 개", more: "다섯 개 이상" },
  found: "TCP는 {tcp}개, UDP는 {udp}개였습니다.",
  look: "각 방향은 따로 닫힙니다. FIN을 보내고 그 확인응답을 받습니다.",
  see: {
    fin: "클라이언트는 더 보낼 것이 없다(FIN)", back: "서버도 더 보낼 것이 없다(FIN)",
    last: "마지막 확인응답: 이제 클라이언트는 대기한다",
    silent: "UDP의 마지막 패킷은 에코이며, 닫을 때는 아무것도 보내지 않는다",
  },
  why: [
    "TCP 연결에는 두 방향이 있고, 각 방향은 확인응답을 받는 FIN으로 끝납니다. 그래서 패킷 네 개가 필요하며, " +
      "확인응답이 상대의 FIN에 실리면 세 개입니다.",
    "마지막 확인응답에는 확인응답이 없습니다. 그래서 먼저 닫은 쪽은 상대의 FIN이 다시 올 때에 대비하여 " +
      "TIME-WAIT에 머뭅니다.",
    "UDP 소켓은 그냥 사라집니다. 아무것도 보내지 않고 아무도 통지받지 못합니다.",
    "문서 002는 TCP 송신 측이 도착 여부를 즉각 안다고 합니다. 그러나 쓰기는 운영체제가 바이트를 받은 순간, " +
      "도착하기 훨씬 전에 반환됩니다.",
  ],
  change: {
    what: "서버가 사라져서 이제 그 포트에서 듣는 프로그램이 없습니다. 그래도 클라이언트는 보냅니다.",
    question: "connect를 호출하지 않은 UDP 클라이언트는 무엇을 알게 될까요?",
    choices: {
      refused: "첫 전송이 실패한다: 연결 거부", late: "그 뒤의 호출이 실패한다",
      never: "아무것도 통지받지 못한다",
    },
    found: "TCP는 RST를 받았습니다. connect를 호출하지 않은 UDP는 보냈고, 어떤 호출도 실패하지 않았습니다.",
    why: [
      "TCP는 먼저 물어보며, 호스트가 RST로 답하므로 connect가 바로 실패합니다.",
      "호스트는 UDP에도 ICMP 메시지로 답합니다. 연결된 소켓은 다음 호출에서 이를 알게 되지만, " +
        "연결되지 않은 소켓은 여럿과 통신하므로 끝내 알지 못합니다.",
      "UDP로 보낸 것이 도착했는지 알려면 수신 측이 응답해야 합니다.",
    ],
    see: { reset: "TCP의 연결 거부(RST)", icmp: "호스트의 ICMP 메시지" },
  },
};
