// Bytes or messages, and how large one may be.

import { both, firstOf, isData, isFragment, isLong, of, readsBeyondWrites } from "../rules.js";

export const lesson = {
  id: "stream",
  settings: { experiment: "boundaries" },
  references: ["RFC 9293 3.4", "RFC 768"],
  claims: ["no-message-boundaries", "stream-is-two-way", "datagram-is-one-way"],
  predict: {
    measure: readsBeyondWrites,
    choices: [["fewer", -0.5], ["same", 0.5], ["more", Infinity]],
    see: { joined: firstOf("tcp", of("server"), isLong), datagram: firstOf("udp", isData) },
  },
  change: {
    settings: () => ({ experiment: "size" }),
    measure: both("largest", "udp"),
    choices: [["packet", 1501], ["length", 65536], ["none", Infinity]],
    see: { fragment: firstOf("udp", isFragment), segment: firstOf("tcp", isData) },
  },
};

export const en = {
  title: "Stream and datagrams",
  intro: "A client writes ten times 100 bytes, quickly one after the other. " +
    "Then the server reads, with a buffer that is large enough for everything.",
  question: "How many reads does the server need over TCP for the ten writes?",
  choices: { fewer: "Fewer than ten", same: "Ten, one for each write", more: "More than ten" },
  found: "ten writes took {tcp} read(s) over TCP and {udp} over UDP.",
  look: "Look at what the server sends back: over TCP it echoes what one read gave it, all in one piece.",
  see: { joined: "Several writes in one TCP segment", datagram: "One write, one UDP datagram" },
  why: [
    "TCP carries bytes and no messages. Where a write ends is not told, so a read takes whatever is there.",
    "A datagram is a message: every send is one packet, and every receive gives one of them.",
    "The client of document 001 expects one read for each write, and says itself that this is wrong. " +
      "Programs over TCP agree on a frame, for instance a length before each message.",
  ],
  change: {
    what: "Now one message becomes larger and larger, up to a megabyte, until it does not come back any more.",
    question: "Where does UDP end?",
    choices: {
      packet: "At about 1,500 bytes, what one packet holds", length: "At about 64 KiB",
      none: "Nowhere: a megabyte comes back as over TCP",
    },
    found: "the largest message that came back had {udp} bytes over UDP and {tcp} bytes over TCP.",
    why: [
      "A datagram must fit into IP's length field of 16 bits: 65,535 bytes less 20 of IP and 8 of UDP. " +
        "What is larger than a packet is cut into fragments by IP, and losing one loses all.",
      "TCP has no largest message, since it has no messages. It cuts its stream into segments that fit.",
    ],
    see: { fragment: "A full fragment of a UDP datagram", segment: "A segment of TCP" },
  },
};

export const ko = {
  title: "스트림과 데이터그램",
  intro: "클라이언트가 100바이트씩 열 번을 잇달아 씁니다. " +
    "그런 다음 서버가 모두 담을 만큼 큰 버퍼로 읽습니다.",
  question: "열 번 쓴 것을 TCP 서버는 몇 번 만에 읽을까요?",
  choices: { fewer: "열 번보다 적게", same: "쓴 횟수와 같이 열 번", more: "열 번보다 많이" },
  found: "열 번 쓴 것을 TCP는 {tcp}번, UDP는 {udp}번 만에 읽었습니다.",
  look: "서버가 돌려보내는 것을 보세요. TCP 서버는 한 번에 읽은 것을 한 덩어리로 에코합니다.",
  see: { joined: "여러 번 쓴 것이 담긴 TCP 세그먼트 하나", datagram: "한 번 쓴 것이 담긴 UDP 데이터그램 하나" },
  why: [
    "TCP는 메시지가 아니라 바이트를 나릅니다. 어디까지가 한 번 쓴 것인지 전하지 않으므로, 읽을 때는 그때까지 온 " +
      "것을 모두 가져옵니다.",
    "데이터그램은 메시지입니다. 한 번 보내면 패킷 하나가 되고, 한 번 받으면 그 하나를 얻습니다.",
    "문서 001의 클라이언트는 쓸 때마다 한 번에 읽힌다고 가정하며, 문서도 이것이 오류라고 밝힙니다. " +
      "그래서 TCP를 쓰는 프로그램은 메시지 앞에 길이를 붙이는 것과 같은 약속을 정합니다.",
  ],
  change: {
    what: "이번에는 메시지 하나를 1메가바이트까지 점점 크게 하면서, 언제부터 돌아오지 않는지 봅니다.",
    question: "UDP의 한계는 어디일까요?",
    choices: {
      packet: "패킷 하나에 들어가는 1,500바이트쯤", length: "64 KiB쯤",
      none: "한계가 없다: TCP처럼 1메가바이트도 돌아온다",
    },
    found: "돌아온 가장 큰 메시지는 UDP가 {udp}바이트, TCP가 {tcp}바이트였습니다.",
    why: [
      "데이터그램은 IP의 16비트 길이 필드에 맞아야 합니다. 65,535바이트에서 IP 헤더 20바이트와 UDP 헤더 " +
        "8바이트를 뺀 만큼입니다. " +
        "패킷보다 큰 것은 IP가 조각으로 나누며, 한 조각만 잃어도 전체를 잃습니다.",
      "TCP에는 메시지가 없으므로 가장 큰 메시지도 없습니다. 스트림을 알맞은 세그먼트로 나눌 뿐입니다.",
    ],
    see: { fragment: "UDP 데이터그램의 꽉 찬 조각", segment: "TCP 세그먼트" },
  },
};
