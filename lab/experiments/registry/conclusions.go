package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// part is a part of a sentence, which quotes what was measured.
type part func(e *experiments.Evidence) text.Message

// sentences are the conclusions, each with its parts.
var sentences = [][]part{
	{connectingTook},
	{lossCost},
	{orderKept, copiesRead},
	{readerWaitedFor, queueDropped},
	{goodputReached, transfersTook},
}

// Conclusions says what the results come to, in one sentence for each subject of
// which something was measured.
func Conclusions(results result.Results) []text.Message {
	var all []text.Message
	for _, parts := range sentences {
		if s := join(parts, results); !s.IsZero() {
			all = append(all, s)
		}
	}
	return all
}

// join joins the parts of a sentence. A part that quotes something which was not
// measured or was cut off is left out; the sentence is zero if all parts are.
func join(parts []part, results result.Results) text.Message {
	var sentence []text.Message
	for _, part := range parts {
		e := &experiments.Evidence{Results: results}
		if said := part(e); e.Missing.IsZero() {
			sentence = append(sentence, said)
		}
	}
	return text.Join(sentence)
}

// pair quotes one number of each transport.
func pair(e *experiments.Evidence, experiment, id string) (tcp, udp string) {
	return text.Figure(e.OnlyNumber(experiment, id, "tcp")), text.Figure(e.OnlyNumber(experiment, id, "udp"))
}

func connectingTook(e *experiments.Evidence) text.Message {
	trips := func(id, transport string) float64 { return e.OnlyNumber("setup", id, transport) }
	return text.Sayf("TCP needed %.2f round trips to connect and UDP %.2f; the first reply came after %.2f and %.2f",
		trips("connect_rtts", "tcp"), trips("connect_rtts", "udp"),
		trips("first_reply_rtts", "tcp"), trips("first_reply_rtts", "udp"))
}

func lossCost(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "loss", "delivered")
	tcpDropped, udpDropped := pair(e, "loss", "injected")
	tcpTail, udpTail := pair(e, "loss", "rtt_p99")
	return text.Sayf("TCP delivered %s %% of the messages and UDP %s %%, with %s and %s packets dropped; "+
		"the slowest hundredth took %s and %s ms or more", tcp, udp, tcpDropped, udpDropped, tcpTail, udpTail)
}

func orderKept(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "ordering", "out_of_order")
	return text.Sayf("%s %% of TCP's messages and %s %% of UDP's arrived out of order", tcp, udp)
}

func copiesRead(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "duplication", "duplicates")
	return text.Sayf("%s echoes over TCP and %s over UDP came once more", tcp, udp)
}

func readerWaitedFor(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "flow", "sender_waited")
	tcpGot, udpGot := pair(e, "flow", "delivered")
	return text.Sayf("For a slow reader TCP waited %s ms and UDP %s, and delivered %s %% and %s %%",
		tcp, udp, tcpGot, udpGot)
}

func queueDropped(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "congestion", "queue_loss")
	return text.Sayf("%s %% of TCP's packets and %s %% of UDP's were dropped at the queue", tcp, udp)
}

func goodputReached(e *experiments.Evidence) text.Message {
	tcp, udp := pair(e, "throughput", "goodput")
	return text.Sayf("Goodput was %s Mbit/s over TCP and %s over UDP", tcp, udp)
}

func transfersTook(e *experiments.Evidence) text.Message {
	tcpFew, udpFew := pair(e, "throughput", "transfer_10k")
	tcpMany, udpMany := pair(e, "throughput", "transfer_1m")
	return text.Sayf("10 KB took %s and %s ms, 1 MB %s and %s", tcpFew, udpFew, tcpMany, udpMany)
}
