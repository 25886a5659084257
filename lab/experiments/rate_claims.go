package experiments

import "echolab/lab"

var rateClaims = []lab.Claim{
	{
		ID: "data-transfer-rate", Source: doc000, Experiments: []string{"throughput", "latency", "setup"},
		Statement: "UDP is faster because nothing is confirmed.",
		Rule:      "holds if UDP has the sooner first reply, the shorter round trip and the greater goodput; refuted if none; else it depends",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			reply := []float64{m.onlyNumber("setup", "first_reply_rtts", "tcp"), m.onlyNumber("setup", "first_reply_rtts", "udp")}
			trip := []float64{m.number("latency", "rtt_p50", "tcp"), m.number("latency", "rtt_p50", "udp")}
			rate := []float64{m.number("throughput", "goodput", "tcp"), m.number("throughput", "goodput", "udp")}
			because := lab.Say("first reply after %s RTT against TCP's %s; round trip %s µs against %s; goodput %s Mbit/s against %s",
				round(reply[1]), round(reply[0]), round(trip[1]), round(trip[0]), round(rate[1]), round(rate[0]))
			switch faster := []bool{reply[1] < reply[0], trip[1] < trip[0], rate[1] > rate[0]}; {
			case faster[0] && faster[1] && faster[2]:
				return lab.Holds, because
			case !faster[0] && !faster[1] && !faster[2]:
				return lab.Refuted, because
			}
			return lab.Depends, because
		}),
	},
}

var overheadClaims = []lab.Claim{
	{
		ID: "datagram-is-light", Source: doc002, Experiments: []string{"overhead", "throughput"},
		Statement: "UDP costs less.",
		Rule:      "holds if UDP's headers are shorter and it needs no more packets for an echo",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			headers := []float64{m.number("overhead", "header_bytes", "tcp"), m.number("overhead", "header_bytes", "udp")}
			packets := []float64{m.number("overhead", "packets_per_echo", "tcp"), m.number("overhead", "packets_per_echo", "udp")}
			return holdsIf(headers[1] < headers[0] && packets[1] <= packets[0]), lab.Say("headers %s bytes against TCP's %s, packets an echo %s against %s", round(headers[1]), round(headers[0]), round(packets[1]), round(packets[0]))
		}),
	},
	{
		ID: "four-layers", Source: doc001 + ", " + doc003, Experiments: []string{"overhead"},
		Statement: "Application, transport, internet, link: each wraps the one above; TCP and UDP differ in one layer only.",
		Rule:      "holds if both carry the same payload in an IP header of the same 20 bytes, and only the transport header differs",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			ip := []float64{m.number("overhead", "ip_header", "tcp"), m.number("overhead", "ip_header", "udp")}
			transport := []float64{m.number("overhead", "transport_header", "tcp"), m.number("overhead", "transport_header", "udp")}
			return holdsIf(ip[0] == ip[1] && transport[0] != transport[1]), lab.Say("IP header %s and %s bytes, transport header %s and %s", round(ip[0]), round(ip[1]), round(transport[0]), round(transport[1]))
		}),
	},
}

var flowClaims = []lab.Claim{
	{
		ID: "overflow-is-lost", Source: doc000, Experiments: []string{"flow"},
		Statement: "When UDP's receive buffer overflows, the data is gone and nobody is told.",
		Rule:      "holds if UDP lost messages to a full buffer and its sender never waited",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			lost, waited := m.number("flow", "lost_overflow", "udp"), m.number("flow", "sender_waited", "udp")
			return holdsIf(lost > 0 && waited == 0), lab.Say("%s messages lost to a full buffer, the sender waited %s ms", round(lost), round(waited))
		}),
	},
	{
		ID: "window-limits-sender", Source: doc003, Experiments: []string{"flow"},
		Statement: "The sender adapts to the receiver's free buffer.",
		Rule:      "holds if TCP's sender had to wait for a slow reader and lost nothing",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			waited, lost := m.number("flow", "sender_waited", "tcp"), m.number("flow", "lost", "tcp")
			return holdsIf(waited > 0 && lost == 0), lab.Say("TCP's sender waited %s ms and lost %s messages", round(waited), round(lost))
		}),
	},
}

var congestionClaims = []lab.Claim{
	{
		ID: "flow-and-congestion-control", Source: doc000, Experiments: []string{"flow", "congestion"},
		Statement: "TCP adapts to receiver and network, UDP does not.",
		Rule:      "holds if TCP waits for a slow reader and loses less than 5 % at a full queue, and UDP does neither",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			waits := []float64{m.number("flow", "sender_waited", "tcp"), m.number("flow", "sender_waited", "udp")}
			queue := []float64{m.number("congestion", "queue_loss", "tcp"), m.number("congestion", "queue_loss", "udp")}
			return holdsWhere(queue[1] > 0, waits[0] > 0 && waits[1] == 0 && queue[0] < 5 && queue[1] > queue[0]),
				lab.Say("slow reader: TCP waits %s ms, UDP %s; full link: TCP loses %s %%, UDP %s %%", round(waits[0]), round(waits[1]), round(queue[0]), round(queue[1]))
		}),
	},
}
