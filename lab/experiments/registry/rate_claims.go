package registry

import (
	"math"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var rateClaims = []experiments.Claim{
	{
		ID: "data-transfer-rate", Source: doc000, Experiments: []string{"throughput", "setup"}, Expect: result.Depends,
		Statement: "UDP is faster because nothing is confirmed.",
		Rule: "holds if UDP has the first reply, a short and a long transfer sooner and the greater goodput, each by a " +
			"quarter at least; " +
			"refuted if none of them; else it depends",
		Judge: rule(judgeRate),
	},
}

// clearly is how much greater one of two values is, as a factor, where they
// count as different.
const clearly = 1.25

// judgeRate compares all that "faster" may mean.
func judgeRate(m *measured) (result.Verdict, text.Message) {
	tcp, udp := rateOf(m, "tcp"), rateOf(m, "udp")
	because := text.Sayf("first reply after %s RTT against TCP's %s; 10 KB in %s ms against %s, 1 MB in %s ms against "+
		"%s; goodput %s Mbit/s against %s",
		round(udp.reply), round(tcp.reply), m.time("transfer_10k", "udp"), m.time("transfer_10k", "tcp"),
		m.time("transfer_1m", "udp"), m.time("transfer_1m", "tcp"), round(udp.goodput), round(tcp.goodput))
	faster := 0
	for _, yes := range []bool{
		tcp.reply > clearly*udp.reply, tcp.short > clearly*udp.short,
		tcp.long > clearly*udp.long, udp.goodput > clearly*tcp.goodput,
	} {
		if yes {
			faster++
		}
	}
	switch faster {
	case 4:
		return result.Holds, because
	case 0:
		return result.Refuted, because
	}
	return result.Depends, because
}

// rates are what a transport's speed is judged by.
type rates struct{ reply, short, long, goodput float64 }

func rateOf(m *measured, t string) rates {
	return rates{
		reply:   m.onlyNumber("setup", "first_reply_rtts", t),
		short:   m.duration("transfer_10k", t),
		long:    m.duration("transfer_1m", t),
		goodput: m.number("throughput", "goodput", t),
	}
}

// duration is how long a transfer took: one that was never whole took for ever.
func (m *measured) duration(id, transport string) float64 {
	if v := m.value("throughput", id, transport); v.Word == "" {
		return v.Number
	}
	return math.Inf(1)
}

// time is a duration as a sentence quotes it.
func (m *measured) time(id, transport string) any {
	v := m.value("throughput", id, transport)
	if v.Word != "" {
		return text.Say(v.Word)
	}
	return round(v.Number)
}

var overheadClaims = []experiments.Claim{
	{
		ID: "datagram-is-light", Source: doc002, Experiments: []string{"overhead"},
		Statement: "UDP costs less.",
		Rule:      "holds if UDP's headers are shorter and it needs no more packets for an echo",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			headers := []float64{m.number("overhead", "header_bytes", "tcp"), m.number("overhead", "header_bytes", "udp")}
			packets := []float64{m.number("overhead", "packets_per_echo", "tcp"), m.number("overhead", "packets_per_echo", "udp")}
			return holdsIf(headers[1] < headers[0] && packets[1] <= packets[0]), text.Sayf("headers %s bytes against TCP's %s, packets an echo %s against %s", round(headers[1]), round(headers[0]), round(packets[1]), round(packets[0]))
		}),
	},
	{
		ID: "four-layers", Source: doc001 + ", " + doc003, Experiments: []string{"overhead"},
		Statement: "Application, transport, internet, link: each wraps the one above; TCP and UDP differ in one layer only.",
		Rule:      "holds if both carry the same payload in an IP header of the same 20 bytes, and only the transport header differs",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			ip := []float64{m.number("overhead", "ip_header", "tcp"), m.number("overhead", "ip_header", "udp")}
			transport := []float64{m.number("overhead", "transport_header", "tcp"), m.number("overhead", "transport_header", "udp")}
			return holdsIf(ip[0] == ip[1] && transport[0] != transport[1]), text.Sayf("IP header %s and %s bytes, transport header %s and %s", round(ip[0]), round(ip[1]), round(transport[0]), round(transport[1]))
		}),
	},
}

var flowClaims = []experiments.Claim{
	{
		ID: "overflow-is-lost", Source: doc000, Experiments: []string{"flow"},
		Statement: "When UDP's receive buffer overflows, the data is gone and nobody is told.",
		Rule:      "holds if UDP lost messages to a full buffer, its sender never waited, and no packet told it of that",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			lost, waited := m.number("flow", "lost_overflow", "udp"), m.number("flow", "sender_waited", "udp")
			told := m.number("flow", "zero_windows", "udp")
			return holdsIf(lost > 0 && waited == 0 && told == 0),
				text.Sayf("%s messages lost to a full buffer, the sender waited %s ms and was told by %s packets",
					round(lost), round(waited), round(told))
		}),
	},
	{
		ID: "window-limits-sender", Source: doc003, Experiments: []string{"flow"},
		Statement: "The sender adapts to the receiver's free buffer.",
		Rule:      "holds if the room that TCP's receiver told of fell below a segment, its sender waited, and nothing was lost",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			waited, lost := m.number("flow", "sender_waited", "tcp"), m.number("flow", "lost", "tcp")
			room := m.number("flow", "least_window", "tcp")
			return holdsIf(room < segmentSize && waited > 0 && lost == 0),
				text.Sayf("the room fell to %s bytes, TCP's sender waited %s ms and lost %s messages", round(room), round(waited), round(lost))
		}),
	},
}

var congestionClaims = []experiments.Claim{
	{
		ID: "flow-and-congestion-control", Source: doc000, Experiments: []string{"flow", "congestion"},
		Statement: "TCP adapts to receiver and network, UDP does not.",
		Rule: "holds if TCP waits for a slow reader, loses no data at a full queue, and has less than half as many of its packets " +
			"dropped there as UDP, once slow start is over, and UDP waits for nobody and loses data; depends if the " +
			"queue was never full, or if TCP has as many dropped at less than half of UDP's rate: a very short queue " +
			"drops of any burst",
		Judge: rule(judgeControls),
	},
}

// judgeControls compares what the two do before a slow reader and at a full queue.
func judgeControls(m *measured) (result.Verdict, text.Message) {
	both := func(experiment, id string) [2]float64 {
		return [2]float64{m.number(experiment, id, "tcp"), m.number(experiment, id, "udp")}
	}
	waits, queue := both("flow", "sender_waited"), both("congestion", "queue_loss")
	data, sent := both("congestion", "data_lost"), both("congestion", "sent")
	because := text.Sayf("slow reader: TCP waits %s ms, UDP %s; packets dropped at the full queue: %s %% of TCP's, "+
		"all sent again, %s %% of UDP's; data lost: %s %% and %s %%",
		round(waits[0]), round(waits[1]), round(queue[0]), round(queue[1]), round(data[0]), round(data[1]))
	switch {
	case queue[1] == 0:
		return result.Depends, because
	case waits[0] <= 0 || waits[1] > 0 || data[0] > 0 || data[1] == 0:
		return result.Refuted, because
	case queue[0] < queue[1]/2:
		return result.Holds, because
	case sent[0] < sent[1]/2:
		return result.Depends, because
	}
	return result.Refuted, because
}
