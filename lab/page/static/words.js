// All words of the page, in English and Korean. What the program says comes in its own words.

const en = {
  title: "TCP and UDP, side by side",
  tagline: "Real packets of a real TCP and UDP, in your browser",
  skip: "Skip to the packets",
  language: "Language",
  client: "client",
  server: "server",

  "controls.title": "Experiment",
  "controls.experiment": "Experiment",
  "controls.conditions": "Conditions of the wire",
  "controls.hint": "Empty: the experiment's own",
  "controls.network": "Network",
  "controls.preset": "Preset",
  "controls.congestion": "Congestion control",
  "controls.seed": "Seed",
  "controls.messages": "Messages",
  "controls.own": "its own",
  "controls.none": "none",
  "controls.run": "Run",
  "controls.stop": "Stop",
  "controls.elsewhere": "{title} (not in a page)",
  "controls.elsewhereLong": "This experiment needs the sockets of a system: run the command in a terminal.",
  "controls.slider": "{name}, slider",
  "controls.refused": "“{value}” is no value for {name}: it is left as it was.",
  "controls.also": "From the address, too: {list}",
  loss: "Loss", delay: "Delay", jitter: "Jitter", rate: "Rate", limit: "Queue limit", reorder: "Reordering",
  duplicate: "Duplicates", corrupt: "Corruption", burst: "Burst loss", exact: "Exact loss", drop: "Drops",
  "command.label": "The same in a terminal",
  "command.copy": "Copy",
  "command.copied": "Copied",

  "address.value": "The address says {name}={value}, which is no value for it: it was left out.",
  "address.name": "The address names “{name}”, which there is not: it was left out.",

  "status.loading": "Loading the lab: {mb} MB",
  "status.running": "Running…",
  "status.done": "Ran in {seconds} s.",
  "status.exit": "The program ended with exit code {code}.",
  "status.leftOut":
    "Too much to hold in a page: {count} events ({types}) beyond the first {most} of their kind are not shown.",
  "status.empty": "The run told of no packets.",
  "failure.browser": "This browser has no {missing}: take a newer one, or run “lab compare” in a terminal.",
  "failure.missing": "The program of the lab ({url}) is not beside this page: start the page with “lab page”.",
  "failure.compile": "The program of the lab did not load ({message}): load the page again.",
  "failure.memory": "The browser ran out of memory: ask for fewer messages, or run the command in a terminal.",
  "failure.worker": "The program broke down ({message}): press Run to try again, or load the page again.",
  "failure.server": "The server behind the page did not answer: is “lab page” still running?",
  "failure.stopped": "Stopped.",
  "failure.file": "The packets of this file cannot be shown ({message}). The tables are whole.",
  "failure.page": "The page broke down ({message}): load it again.",

  "lanes.title": "Packets over time",
  "lane.region": "{name} lane",
  "lane.canvas":
    "{name}: packets between client and server, time downwards. Up and down choose a packet, Enter inspects it, " +
    "Delete kills it. The same stands below as a list.",
  "lane.canvas.still":
    "{name}: packets between client and server, time downwards. Up and down choose a packet. The same stands below as " +
    "a list.",
  "lane.choice": "Conversation of {name}",
  "lane.nothing": "Nothing of it passed the wire.",
  "lane.counts": "{sent} sent · {lost} lost · {retransmitted} again",
  "lane.packets": "{count} packets",
  "lane.notKept": "{count} more packets were not kept",
  "lane.shown": "The first {shown} of {packets} packets, until {time}",
  "list.title": "Packets as a list",
  "list.head": "Sent|Packet|What|Fate|Note",
  "list.range": "{first}–{last} of {count}",
  "list.before": "Before", "list.after": "After",

  "legend.data": "data", "legend.control": "ACK, SYN, FIN", "legend.again": "retransmission", "legend.lost": "lost",
  "legend.killed": "killed by you",
  "legend.hint": "Click a moving packet: it is killed. Click a line: it is inspected.",

  "player.title": "Player",
  "player.play": "Play", "player.pause": "Pause", "player.back": "Back", "player.step": "Step",
  "player.note": "Next note", "player.start": "Start", "player.end": "End",
  "player.time": "Time", "player.speed": "Speed",
  "player.fit": "all in 20 s", "player.real": "real time", "player.slower": "1/{n}",
  "player.in": "Zoom in", "player.out": "Zoom out",

  "details.title": "Packet",
  "details.none": "Choose a packet: click its line, or use up and down in a lane.",
  "details.drop": "Drop it", "details.restore": "Restore it",
  "details.both": "A drop strikes packet {number} of the {from} in both lanes, TCP and UDP.",
  "details.noDrop": "This experiment takes no drops.",
  "details.from": "From", "details.sent": "Sent", "details.delivered": "Delivered", "details.never": "never",
  "details.fate": "Fate", "details.flags": "Flags", "details.seq": "Sequence number", "details.ack": "Acknowledges",
  "details.window": "Window", "details.payload": "Data", "details.length": "Whole packet",
  "details.bytes": "{n} bytes", "details.protocol": "Protocol",
  "details.note": "What happens", "details.marks": "Marks", "details.reference": "Standard",
  "details.retransmission": "retransmission", "details.out_of_order": "out of order", "details.probe": "probe",
  "details.copy": "copy made by the wire",
  "drops.title": "Dropped by you",
  "drops.none": "nothing yet",
  "drops.remove": "Restore {from} {number}",
  "drops.before": "Show the run before",
  "packet.sentence": "{name}: {label}, sent at {time}",
  "fate.delivered": "delivered", "fate.lost": "lost", "fate.overflowed": "found the queue full",
  "fate.corrupted": "damaged", "fate.queued": "still under way at the end",
  "fate.killed": "killed by you", "fate.unknown": "seen",

  "charts.title": "Over time",
  "chart.window": "Congestion window", "chart.rtt": "Round trip time and timeout",
  "chart.queue": "Packets waiting for the wire", "chart.sequence": "Delivered in order",
  "chart.window.caption": "Bytes that TCP's {host} may have under way (cwnd), and has.",
  "chart.rtt.caption": "What TCP's {host} measures, and how long it waits before it sends again (RTO).",
  "chart.queue.caption": "How many packets wait at each end.",
  "chart.messages.caption": "Messages of the {host} that the other end has, in order for TCP.",
  "chart.bytes.caption": "Bytes of the {host} that the other end has, in order for TCP.",
  "chart.name": "{title}: chart over time. Its figures stand below it.",
  "chart.data": "Data",
  "chart.thinned": "every {n}th row",
  cwnd: "cwnd", ssthresh: "ssthresh", in_flight: "in flight", srtt: "smoothed RTT", rto: "RTO",
  "series.base": "2 × delay", "series.again": "retransmission", "series.link": "rate × time",
  "series.queue": "{transport} {host}",

  "controls.all": "All experiments (tables only)",
  "controls.allLong": "Every experiment that this network can show: the tables of the documents, measurements, claims.",
  "lesson.title": "The lesson: what happens, and why",
  "lesson.method": "Method",
  "lesson.steps": "What happens",
  "lesson.why": "Why",
  "lesson.theory": "What theory expects",
  "lesson.references": "References",
  "table.title": "Results",
  "table.none": "A table stands here after a run.",
  "table.head": "Measurement|id|{transports}|expected",

  "terminal.title": "Terminal",
  "terminal.prompt": "lab", "terminal.label": "Command of the lab",
  "terminal.stop": "Stop",
  "terminal.exit": "exit code {code}",
  "terminal.hint": "Enter runs, up and down recall. Try: list · explain loss · trace loss · compare loss --loss 20%",

  "files.title": "Open a file",
  "files.drop":
    "Drop a capture (pcap, pcapng), events (--events) or a report (--format json) anywhere here. Nothing leaves " +
    "this machine.",
  "files.choose": "Choose a file",
  "files.unknown":
    "{name} is none of what can be shown: a capture (pcap, pcapng), events (lab.events/1) or a report " +
    "(lab.report/1).",
  "files.refused": "It cannot be read: {said}",
  "files.big": "{name} is larger than {mb} MB: too much for a page.",
  "files.shown": "Shown: {name}",
  "files.experiment": "Experiment of the file",
  "footer": "Everything runs in this page. The same seed gives the same packets, everywhere.",
};

const ko = {
  title: "TCP와 UDP, 나란히",
  tagline: "브라우저 안에서 보는 진짜 TCP와 UDP의 진짜 패킷",
  skip: "패킷으로 건너뛰기",
  language: "언어",
  client: "클라이언트",
  server: "서버",

  "controls.title": "실험",
  "controls.experiment": "실험",
  "controls.conditions": "회선 조건",
  "controls.hint": "비워 두면 실험의 기본값",
  "controls.network": "네트워크",
  "controls.preset": "프리셋",
  "controls.congestion": "혼잡 제어",
  "controls.seed": "시드",
  "controls.messages": "메시지 수",
  "controls.own": "기본값",
  "controls.none": "없음",
  "controls.run": "실행",
  "controls.stop": "중지",
  "controls.elsewhere": "{title} (웹 페이지에서는 불가)",
  "controls.elsewhereLong": "이 실험에는 운영체제의 소켓이 필요합니다. 터미널에서 명령을 실행하세요.",
  "controls.slider": "{name} 슬라이더",
  "controls.refused": "“{value}”은(는) {name}의 값이 아니므로 이전 값을 유지합니다.",
  "controls.also": "주소에 있는 추가 조건: {list}",
  loss: "손실", delay: "지연", jitter: "지터", rate: "전송률", limit: "큐 한도", reorder: "순서 바뀜",
  duplicate: "중복", corrupt: "손상", burst: "연속 손실", exact: "정확한 손실", drop: "폐기",
  "command.label": "터미널에서 같은 명령",
  "command.copy": "복사",
  "command.copied": "복사됨",

  "address.value": "주소의 {name}={value}은(는) 올바른 값이 아니어서 무시했습니다.",
  "address.name": "주소의 “{name}”이라는 항목은 없어서 무시했습니다.",

  "status.loading": "실험실을 불러오는 중: {mb} MB",
  "status.running": "실행 중…",
  "status.done": "{seconds}초 만에 실행했습니다.",
  "status.exit": "프로그램이 종료 코드 {code}(으)로 끝났습니다.",
  "status.leftOut": "페이지에 담기에는 너무 많아, 종류별 처음 {most}개를 넘는 이벤트 {count}개({types})는 표시하지 않습니다.",
  "status.empty": "실행 중 기록된 패킷이 없습니다.",
  "failure.browser": "이 브라우저에는 {missing}이(가) 없습니다. 새 브라우저를 쓰거나 터미널에서 “lab compare”를 실행하세요.",
  "failure.missing": "이 페이지 옆에 실험실 프로그램({url})이 없습니다. “lab page”로 페이지를 여세요.",
  "failure.compile": "실험실 프로그램을 불러오지 못했습니다({message}). 페이지를 새로 고치세요.",
  "failure.memory": "브라우저의 메모리가 부족합니다. 메시지 수를 줄이거나 터미널에서 명령을 실행하세요.",
  "failure.worker": "프로그램이 멈췄습니다({message}). 실행을 다시 누르거나 페이지를 새로 고치세요.",
  "failure.server": "페이지 뒤의 서버가 응답하지 않습니다. “lab page”가 실행 중인지 확인하세요.",
  "failure.stopped": "중지했습니다.",
  "failure.file": "이 파일의 패킷을 표시할 수 없습니다({message}). 표는 온전합니다.",
  "failure.page": "페이지에 오류가 났습니다({message}). 새로 고치세요.",

  "lanes.title": "시간에 따른 패킷",
  "lane.region": "{name} 레인",
  "lane.canvas":
    "{name}: 클라이언트와 서버 사이의 패킷, 시간은 아래로 흐릅니다. 위·아래 키로 패킷을 고르고 Enter로 살펴보고 Delete로 없앱니다. 같은 내용이 아래 목록에 있습니다.",
  "lane.canvas.still":
    "{name}: 클라이언트와 서버 사이의 패킷, 시간은 아래로 흐릅니다. 위·아래 키로 패킷을 고릅니다. " +
    "같은 내용이 아래 목록에 있습니다.",
  "lane.choice": "{name}의 대화",
  "lane.nothing": "회선을 지난 패킷이 없습니다.",
  "lane.counts": "전송 {sent} · 손실 {lost} · 재전송 {retransmitted}",
  "lane.packets": "패킷 {count}개",
  "lane.notKept": "패킷 {count}개는 보관되지 않음",
  "lane.shown": "패킷 {packets}개 중 처음 {shown}개, {time}까지",
  "list.title": "패킷 목록",
  "list.head": "전송 시각|패킷|종류|결과|설명",
  "list.range": "{count}개 중 {first}–{last}",
  "list.before": "이전", "list.after": "다음",

  "legend.data": "데이터", "legend.control": "ACK, SYN, FIN", "legend.again": "재전송", "legend.lost": "손실",
  "legend.killed": "직접 없앰", "legend.hint": "움직이는 패킷을 클릭하면 없어지고, 선을 클릭하면 살펴봅니다.",

  "player.title": "재생기",
  "player.play": "재생", "player.pause": "일시 정지", "player.back": "뒤로", "player.step": "한 단계",
  "player.note": "다음 설명", "player.start": "처음", "player.end": "끝",
  "player.time": "시각", "player.speed": "속도",
  "player.fit": "전체 20초", "player.real": "실제 속도", "player.slower": "1/{n}",
  "player.in": "확대", "player.out": "축소",

  "details.title": "패킷",
  "details.none": "패킷을 고르세요. 선을 클릭하거나 레인에서 위·아래 키를 누르세요.",
  "details.drop": "폐기하기", "details.restore": "되살리기",
  "details.both": "폐기하면 두 레인 모두에서 {from}의 {number}번째 패킷이 사라집니다.",
  "details.noDrop": "이 실험은 폐기를 받지 않습니다.",
  "details.from": "보낸 쪽", "details.sent": "전송", "details.delivered": "도착", "details.never": "도착하지 않음",
  "details.fate": "결과", "details.flags": "플래그", "details.seq": "순서 번호", "details.ack": "확인응답 번호",
  "details.window": "윈도", "details.payload": "데이터", "details.length": "전체 패킷",
  "details.bytes": "{n}바이트", "details.protocol": "프로토콜",
  "details.note": "설명", "details.marks": "표시", "details.reference": "표준",
  "details.retransmission": "재전송", "details.out_of_order": "순서 어긋남", "details.probe": "프로브",
  "details.copy": "회선이 만든 사본",
  "drops.title": "직접 없앤 패킷",
  "drops.none": "아직 없음",
  "drops.remove": "{from} {number} 되살리기",
  "drops.before": "이전 실행 보기",
  "packet.sentence": "{name}: {label}, {time}에 전송",
  "fate.delivered": "도착", "fate.lost": "손실", "fate.overflowed": "큐가 가득 참",
  "fate.corrupted": "손상", "fate.queued": "끝날 때 아직 전송 중", "fate.killed": "직접 없앰", "fate.unknown": "관찰됨",

  "charts.title": "시간에 따른 변화",
  "chart.window": "혼잡 윈도", "chart.rtt": "왕복 시간과 타임아웃",
  "chart.queue": "회선을 기다리는 패킷", "chart.sequence": "순서대로 전달됨",
  "chart.window.caption": "TCP {host}이(가) 보내 둘 수 있는 바이트(cwnd)와 실제로 보내 둔 바이트.",
  "chart.rtt.caption": "TCP {host}이(가) 잰 왕복 시간과, 재전송까지 기다리는 시간(RTO).",
  "chart.queue.caption": "각 끝에서 기다리는 패킷 수.",
  "chart.messages.caption": "{host}이(가) 보내 상대가 받은 메시지 수(TCP는 순서대로).",
  "chart.bytes.caption": "{host}이(가) 보내 상대가 받은 바이트 수(TCP는 순서대로).",
  "chart.name": "{title}: 시간에 따른 그래프. 수치는 아래에 있습니다.",
  "chart.data": "데이터",
  "chart.thinned": "{n}행마다 하나",
  cwnd: "cwnd", ssthresh: "ssthresh", in_flight: "전송 중", srtt: "평활 RTT", rto: "RTO",
  "series.base": "2 × 지연", "series.again": "재전송", "series.link": "전송률 × 시간",
  "series.queue": "{transport} {host}",

  "controls.all": "모든 실험 (표만)",
  "controls.allLong": "이 네트워크에서 가능한 모든 실험: 문서의 표, 측정값, 주장과 판정.",
  "lesson.title": "설명: 무엇이 왜 일어나는가",
  "lesson.method": "방법",
  "lesson.steps": "일어나는 일",
  "lesson.why": "이유",
  "lesson.theory": "이론이 예상하는 것",
  "lesson.references": "참고 문헌",
  "table.title": "결과",
  "table.none": "실행하면 여기에 표가 나타납니다.",
  "table.head": "측정|id|{transports}|예상",

  "terminal.title": "터미널",
  "terminal.prompt": "lab", "terminal.label": "실험실 명령",
  "terminal.stop": "중지",
  "terminal.exit": "종료 코드 {code}",
  "terminal.hint": "Enter로 실행, 위·아래로 이전 명령. 예: list · explain loss · trace loss · compare loss --loss 20%",

  "files.title": "파일 열기",
  "files.drop": "캡처(pcap, pcapng), 이벤트(--events), 보고서(--format json)를 아무 데나 끌어다 놓으세요. 이 컴퓨터 밖으로 나가지 않습니다.",
  "files.choose": "파일 선택",
  "files.unknown": "{name}은(는) 표시할 수 없습니다. 캡처(pcap, pcapng), 이벤트(lab.events/1), 보고서(lab.report/1)만 됩니다.",
  "files.refused": "파일을 읽을 수 없습니다: {said}",
  "files.big": "{name}은(는) {mb} MB보다 커서 페이지에서 열 수 없습니다.",
  "files.shown": "표시 중: {name}",
  "files.experiment": "파일의 실험",
  "footer": "모든 것이 이 페이지 안에서 실행됩니다. 시드가 같으면 어디서나 패킷이 같습니다.",
};

export const words = { en, ko };
let language = "en";

/** The language in which t speaks. */
export function setLanguage(lang) {
  language = lang;
}

/**
 * The words for a key.
 *
 * @param {string} key
 * @param {object} [args] what goes into the {places}
 * @param {string} [otherwise] stands where there is no such key
 */
export function t(key, args = {}, otherwise = key) {
  return fill(words[language][key] ?? otherwise, args);
}

/** A text with what goes into its {places}. */
export const fill = (text, args) => text.replace(/\{(\w+)\}/g, (place, name) => args[name] ?? place);

/** Adds the words of a part of the page that has its own: by language and key. */
export function addWords(more) {
  for (const [lang, own] of Object.entries(more)) Object.assign(words[lang], own);
}

/** What there is for the language in which t speaks. */
export const spoken = (byLanguage) => byLanguage[language];

/** Puts the words into the elements that ask for them: data-word is the text, data-label the accessible name. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
  }
}
