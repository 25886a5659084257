package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// lesson is one sentence of the conclusion, or a part of one. It quotes what
// was measured; where something was not, or was cut off, it is left out.
type lesson func(m *experiments.Evidence) text.Message

// lessons are the sentences of the conclusion, each with its parts.
var lessons = [][]lesson{
	{connectingTook},
	{lossCost},
	{orderKept, copiesRead},
	{readerWaitedFor, queueDropped},
	{goodputReached, transfersTook},
}

// Conclusions says what the results come to: a sentence for each lesson whose
// measurements exist.
func Conclusions(results result.Results) []text.Message {
	var all []text.Message
	for _, parts := range lessons {
		if s := sentence(parts, results); !s.IsZero() {
			all = append(all, s)
		}
	}
	return all
}

// sentence joins the parts that can be told; zero if none can.
func sentence(parts []lesson, results result.Results) text.Message {
	var all text.Message
	for _, part := range parts {
		m := &experiments.Evidence{Results: results}
		switch t := part(m); {
		case !m.Missing.IsZero():
		case all.IsZero():
			all = t
		default:
			all = text.Sayf("%s; %s", all, t)
		}
	}
	return all
}

// pair quotes one number of each transport.
func pair(m *experiments.Evidence, experiment, id string) (tcp, udp string) {
	return text.Figure(m.OnlyNumber(experiment, id, "tcp")), text.Figure(m.OnlyNumber(experiment, id, "udp"))
}

func connectingTook(m *experiments.Evidence) text.Message {
	trips := func(id, transport string) float64 { return m.OnlyNumber("setup", id, transport) }
	return text.Sayf("TCP needed %.2f round trips to connect and UDP %.2f; the first reply came after %.2f and %.2f",
		trips("connect_rtts", "tcp"), trips("connect_rtts", "udp"),
		trips("first_reply_rtts", "tcp"), trips("first_reply_rtts", "udp"))
}

func lossCost(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "loss", "delivered")
	tcpDropped, udpDropped := pair(m, "loss", "injected")
	tcpTail, udpTail := pair(m, "loss", "rtt_p99")
	return text.Sayf("TCP delivered %s %% of the messages and UDP %s %%, with %s and %s packets dropped; "+
		"the slowest hundredth took %s and %s ms or more", tcp, udp, tcpDropped, udpDropped, tcpTail, udpTail)
}

func orderKept(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "ordering", "out_of_order")
	return text.Sayf("%s %% of TCP's messages and %s %% of UDP's arrived out of order", tcp, udp)
}

func copiesRead(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "duplication", "duplicates")
	return text.Sayf("%s echoes over TCP and %s over UDP came once more", tcp, udp)
}

func readerWaitedFor(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "flow", "sender_waited")
	tcpGot, udpGot := pair(m, "flow", "delivered")
	return text.Sayf("For a slow reader TCP waited %s ms and UDP %s, and delivered %s %% and %s %%",
		tcp, udp, tcpGot, udpGot)
}

func queueDropped(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "congestion", "queue_loss")
	return text.Sayf("%s %% of TCP's packets and %s %% of UDP's were dropped at the queue", tcp, udp)
}

func goodputReached(m *experiments.Evidence) text.Message {
	tcp, udp := pair(m, "throughput", "goodput")
	return text.Sayf("Goodput was %s Mbit/s over TCP and %s over UDP", tcp, udp)
}

func transfersTook(m *experiments.Evidence) text.Message {
	tcpFew, udpFew := pair(m, "throughput", "transfer_10k")
	tcpMany, udpMany := pair(m, "throughput", "transfer_1m")
	return text.Sayf("10 KB took %s and %s ms, 1 MB %s and %s", tcpFew, udpFew, tcpMany, udpMany)
}
