package report

import (
	"math"

	"echolab/lab/result"
	"echolab/lab/text"
)

// recorded is a whole run as it was once measured: every experiment, the
// documents' table, and claims with every verdict.
func recorded() *result.Report {
	wire := map[string]any{"delay_ms": 10.0}
	lossy := map[string]any{"loss": 0.1, "delay_ms": 10.0}
	narrow := map[string]any{"rate": 10e6, "limit": 64.0, "delay_ms": 10.0}
	r := &result.Report{
		Schema: result.SchemaName,
		Environment: result.Environment{
			Lab: "v1.0.0", Go: "go1.26.3", OS: "linux", Arch: "amd64", Kernel: "6.8.0", CPUs: 2, CongestionControl: "cubic",
			Networks: map[string]string{"localhost": "ok", "kernel": "ok", "virtual": "ok"},
		},
		Options: result.Options{Seed: 1, Runs: 1, Messages: 1000, Size: 512, Network: "auto", Transports: []string{"tcp", "udp"}},
		Experiments: []*result.Result{
			finding("setup", "Handshake", "kernel", wire,
				theory(both("connect_rtts", "Connect", "RTT", 1.0123, 0.0004), 1, 0.85, 1.15, 0, 0, 0.15),
				theory(both("first_reply_rtts", "First reply", "RTT", 2.018, 1.011), 2, 1.7, 2.3, 1, 0.85, 1.15),
				minor(both("packets_before_data", "Packets before data", "packets", 3, 0))),
			finding("latency", "Latency", "localhost", nil,
				both("rtt_p50", "Round trip, median", "µs", 21.37, 14.92),
				minor(both("rtt_p99", "Round trip, 99th percentile", "µs", 88.2, 61.05))),
			finding("throughput", "Data transfer rate", "localhost", nil,
				both("goodput", "Goodput", "Mbit/s", 2843.7, 1977.2),
				both("messages_per_second", "Messages", "1/s", 694262, 482715)),
			finding("loss", "Reliable data transfer", "kernel", lossy,
				because(theory(both("delivered", "Delivered", "%", 100, 80.7), 100, 100, 100, 81, 76.9, 85.1), "(1-p)^2, binomial 99.9 %"),
				both("retransmissions", "Retransmissions", "packets", 257, 0),
				both("rtt_p99", "Round trip, 99th percentile", "ms", 1243.4, 20.31),
				minor(both("lost_unexplained", "Lost: unexplained", "messages", 0, 0))),
			finding("ordering", "Order", "kernel", map[string]any{"reorder": 0.25, "delay_ms": 10.0},
				theory(both("out_of_order", "Arrived out of order", "%", 0, 19.4), 0, 0, 0, 18.7, 14, 23.4)),
			finding("boundaries", "Messages or bytes", "localhost", nil,
				both("reads", "Reads that returned them all", "count", 1, 10),
				both("truncated", "Lost by a read that was too short", "bytes", 0, 7976)),
			finding("flow", "Flow control", "kernel", wire,
				theory(both("delivered", "Delivered", "%", 100, 23.4), 100, 100, 100, math.NaN(), 0, 0),
				theory(both("sender_waited", "Sender had to wait", "ms", 842.3, 0), math.NaN(), 0, 0, 0, 0, 0)),
			finding("congestion", "Congestion control", "kernel", narrow,
				theory(both("goodput", "Goodput", "Mbit/s", 6.412, 9.71), 9.49, 8, 10, 9.8, 7.84, 10),
				theory(both("queue_loss", "Dropped by the full queue", "%", 1.31, 49.8), math.NaN(), 0, 0, 50, 40, 60)),
			finding("close", "Connection close", "kernel", wire,
				theory(both("packets_to_close", "Packets to close", "packets", 4, 0), 3, 3, 4, 0, 0, 0),
				worded(headline("waits_after", "The closer waits in", ""), "TIME-WAIT", "nothing")),
			finding("cast", "Broadcast and multicast", "localhost", nil,
				worded(headline("multicast", "Receivers reached by multicast", ""), "operation not supported", "three of three")),
		},
		Documents: []result.DocumentRow{
			documentOf("IP, Port required, Checksum", "O", "O", "all packets have ports, 100 % valid", "all packets have ports, 100 % valid", result.Holds, "read from the wire in both directions"),
			documentOf("Connection", "Connection-Oriented", "Connectionless", "3 packets before data", "0 packets before data", result.Holds, "the handshake takes one round trip"),
			documentOf("Reliable Data Transfer", "O", "X", "100 %, retransmissions: 257", "80.7 %", result.Holds, "at 10 % loss of packets in each direction"),
			documentOf("Flow control & Congest control", "O", "X", "the sender waited 842 ms", "the sender waited 0 ms", result.Holds, "a slow reader, and a link of 10 Mbit/s"),
			documentOf("data transfer rate", "↓", "↑", "2,844 Mbit/s, first reply after 2.02 RTT", "1,977 Mbit/s, first reply after 1.01 RTT", result.Depends, "UDP is first with the first reply, TCP is faster in bulk"),
			documentOf("Cast", "Unicast", "Unicast, Broadcast, Multicast", "1 receiver", "3 receivers", result.Holds, "TCP answers a multicast address with an error"),
		},
		Claims: []result.ClaimResult{
			claim("reliable-data-transfer", "TCP delivers everything, UDP promises nothing", result.Holds, "TCP 100 %, UDP 80.7 %"),
			claim("datagram-is-one-way", "A datagram socket is one-directional", result.Refuted, "807 echoes came back through the socket that sent the messages"),
			claim("data-transfer-rate", "UDP is faster because nothing is confirmed", result.Depends, "first reply: UDP; bulk: TCP"),
			claim("somaxconn-is-4096", "The backlog's maximum is 4,096", result.Untested, "needs the experiments backlog"),
		},
		Conclusions: []text.Message{
			text.Sayf("TCP needed %s round trips to connect and UDP %s", "1.01", "0"),
			text.Sayf("TCP delivered %s %% of the messages and UDP %s %%, with %s and %s packets dropped",
				"100", "80.7", "310", "195"),
		},
	}
	r.Claims[1].Expected = result.Refuted
	return r
}

// fallenBack is a run on a machine without the kernel network, on which one
// experiment failed.
func fallenBack() *result.Report {
	r := recorded()
	why := text.Sayf("measured on network %s, because %s", "virtual", "network kernel does not open: open /dev/net/tun: permission denied")
	for _, e := range r.Experiments {
		if e.Network == "kernel" {
			e.Network, e.Warnings = "virtual", []text.Message{why}
		}
	}
	failed := r.Experiments[3]
	failed.Error = "loss on virtual: tcp: dial tcp echo server 10.0.0.2:7: connect: connection timed out"
	failed.Measurements = nil
	r.Warnings = []text.Message{text.Sayf("%s did not run: %s", "loss", failed.Error)}
	return r
}

// cutOff is a run in which TCP was not done when the lab stopped waiting.
func cutOff() *result.Report {
	r := recorded()
	why := text.Sayf("stopped after %s s, %d messages under way", "60", 404)
	loss := r.Experiments[3]
	for i := range loss.Measurements {
		m := &loss.Measurements[i]
		if m.ID == "delivered" || m.ID == "rtt_p99" {
			m.CutShort("tcp", why)
			delete(m.Within, "tcp")
		}
	}
	loss.Find("delivered").Put("tcp", result.Number(59.6))
	return r
}

// repeated is a run whose figures are medians of five.
func repeated() *result.Report {
	r := recorded()
	r.Options.Runs = 5
	for _, e := range r.Experiments {
		for i := range e.Measurements {
			m := &e.Measurements[i]
			m.Spread = map[string]result.Spread{}
			for t, v := range m.Values {
				if v.Word == "" {
					low, high := math.Floor(0.95*v.Number), math.Ceil(1.02*v.Number)
					if m.Unit == "%" {
						high = min(high, 100)
					}
					m.Spread[t] = result.Spread{Min: low, Max: high, Runs: 5}
				}
			}
		}
	}
	return r
}

// hostile has everything that a printer could stumble over.
func hostile() *result.Report {
	m := headline("odd", "A | pipe\nand a *line*", "%")
	m.Put("tcp", result.Number(math.NaN()))
	m.Put("udp", result.Number(math.Inf(1)).Expect(1, 0.5, math.Inf(1)))
	m.Within = map[string]bool{"udp": true}
	e := finding("odd", "<Odd> | title", "virtual", nil, m)
	e.Warnings = []text.Message{text.Say("a warning, with 100 % and\na line break")}
	return &result.Report{
		Schema: result.SchemaName, Options: result.Options{Transports: []string{"tcp", "udp"}},
		Experiments: []*result.Result{e, {ID: "bare", Error: "no network | at all"}},
	}
}

// many is a run with more transports than two.
func many(transports ...string) *result.Report {
	r := recorded()
	r.Options.Transports = transports
	for _, e := range r.Experiments {
		for _, m := range e.Measurements {
			for _, t := range transports[2:] {
				m.Values[t] = m.Values["tcp"]
				if v, ok := m.Expected["tcp"]; ok {
					m.Expected[t], m.Low[t], m.High[t], m.Within[t] = v, m.Low["tcp"], m.High["tcp"], m.Within["tcp"]
				}
			}
		}
	}
	return r
}

func finding(id string, title text.Phrase, network string, conditions map[string]any, rows ...*result.Measurement) *result.Result {
	r := &result.Result{
		ID: id, Title: text.Say(title), Question: text.Say("What about it?"), Network: network, Seconds: 1.5,
		Method:     text.Say("one message a millisecond, each echoed; the client does not wait"),
		Conditions: conditions, Why: text.Say("That is why."), References: []string{"RFC 9293", "RFC 768"},
	}
	for _, m := range rows {
		r.Measurements = append(r.Measurements, *m)
	}
	return r
}

func headline(id string, label, unit text.Phrase) *result.Measurement {
	m := result.Row(id, label, unit)
	m.Headline = true
	return m
}

func both(id string, label, unit text.Phrase, tcp, udp float64) *result.Measurement {
	m := headline(id, label, unit)
	m.Put("tcp", result.Number(tcp))
	m.Put("udp", result.Number(udp))
	return m
}

func minor(m *result.Measurement) *result.Measurement {
	m.Headline = false
	return m
}

// theory expects a value and a range of each transport, of those whose value
// is a number.
func theory(m *result.Measurement, tcp, tcpLow, tcpHigh, udp, udpLow, udpHigh float64) *result.Measurement {
	expect := func(t string, v, low, high float64) {
		if !math.IsNaN(v) {
			m.Put(t, result.Cell{}.Expect(v, low, high))
			m.Within[t] = low <= m.Values[t].Number && m.Values[t].Number <= high
		}
	}
	expect("tcp", tcp, tcpLow, tcpHigh)
	expect("udp", udp, udpLow, udpHigh)
	return m
}

func because(m *result.Measurement, basis text.Phrase) *result.Measurement {
	m.Basis = text.Say(basis)
	return m
}

func worded(m *result.Measurement, tcp, udp text.Phrase) *result.Measurement {
	m.Put("tcp", result.Outcome(tcp))
	m.Put("udp", result.Outcome(udp))
	return m
}

func documentOf(
	name, tcpSays, udpSays string, tcp, udp text.Phrase, v result.Verdict, why text.Phrase,
) result.DocumentRow {
	return result.DocumentRow{
		Source: "000_4fb1e7b5eede80f4.txt", Row: name,
		Says:     map[string]string{"tcp": tcpSays, "udp": udpSays},
		Measured: map[string]text.Message{"tcp": text.Say(tcp), "udp": text.Say(udp)},
		Verdict:  v, Because: text.Say(why), Experiments: []string{"loss"},
	}
}

func claim(id string, statement text.Phrase, v result.Verdict, why text.Phrase) result.ClaimResult {
	return result.ClaimResult{
		ID: id, Source: "002_7b00320dff4de1fa.txt", Statement: text.Say(statement), Verdict: v,
		Experiments: []string{"loss"}, Because: text.Say(why), Rule: text.Say("the rule"),
	}
}

// hangul is what a Korean catalogue of experiments would say.
var hangul = map[text.Phrase]text.Phrase{
	"Handshake": "연결 설정", "Latency": "지연 시간", "Data transfer rate": "데이터 전송률", "Reliable data transfer": "신뢰성 있는 데이터 전송",
	"Order": "순서", "Messages or bytes": "메시지와 바이트", "Flow control": "흐름 제어", "Congestion control": "혼잡 제어", "Connection close": "연결 종료", "Broadcast and multicast": "일대다 전송",
	"Connect": "연결", "First reply": "첫 응답", "Packets before data": "데이터 이전의 패킷", "Round trip, median": "왕복 시간 중앙값",
	"Round trip, 99th percentile": "왕복 시간 99번째 백분위수", "Goodput": "유효 처리율", "Messages": "메시지", "Delivered": "에코가 돌아온 메시지",
	"Retransmissions": "재전송한 패킷", "Arrived out of order": "순서가 바뀌어 도착", "Reads that returned them all": "모두 읽는 데 든 read 횟수",
	"Lost by a read that was too short": "짧은 read 때문에 잃은 데이터", "Sender had to wait": "송신자가 기다린 시간",
	"Dropped by the full queue": "가득 찬 대기 큐에서 버려짐", "Packets to close": "종료하는 데 쓴 패킷", "The closer waits in": "먼저 종료한 쪽의 대기 상태",
	"Receivers reached by multicast": "멀티캐스트를 받은 수신자", "the handshake takes one round trip": "핸드셰이크에 왕복 한 번이 걸린다",
	"UDP is first with the first reply, TCP is faster in bulk": "첫 응답은 UDP가 빠르지만, 대량 전송은 TCP가 빠르다",
	"100 %, retransmissions: 257":                              "100 %, 재전송 패킷: 257", "the sender waited 842 ms": "송신자가 842 ms 기다림",
	"TCP delivers everything, UDP promises nothing": "TCP는 모두 전달하고 UDP는 아무것도 보장하지 않는다",
}

// inKorean translates what the fixtures say, where hangul has it.
func inKorean(r *result.Report) *result.Report {
	translate := func(t *text.Message) {
		if s, ok := hangul[t.Phrase]; ok {
			t.Phrase = s
		}
	}
	for _, e := range r.Experiments {
		translate(&e.Title)
		for i := range e.Measurements {
			translate(&e.Measurements[i].Label)
		}
	}
	for i := range r.Documents {
		d := &r.Documents[i]
		translate(&d.Because)
		for t, m := range d.Measured {
			translate(&m)
			d.Measured[t] = m
		}
	}
	for i := range r.Claims {
		translate(&r.Claims[i].Statement)
	}
	return r
}
