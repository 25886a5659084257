package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// comparison is one row of the documents' own table that compares TCP and UDP, in
// the words of the documents.
type comparison struct {
	name     string
	tcp, udp string // as written
	claim    string // whose verdict is the row's
	// measured is what the experiments found of a transport, for the cell beside.
	measured func(e *experiments.Evidence, transport string) text.Message
}

// comparisons is document 000's comparison of the two echo servers, row by row.
var comparisons = []comparison{
	{"IP, Port required, Checksum", "O", "O", "addresses-and-checksum", validPackets},
	{"Connection", "Connection-Oriented", "Connectionless", "connection", connectionCost},
	{"Reliable Data Transfer", "O", "X", "reliable-data-transfer", deliveredShare},
	{"Flow control & Congest control", "O", "X", "flow-and-congestion-control", waitedAndLost},
	{"data transfer rate", "↓", "↑", "data-transfer-rate", transferTimes},
	{"Cast", "Unicast", "Unicast, Broadcast, Multicast", "cast", reached},
}

func validPackets(e *experiments.Evidence, t string) text.Message {
	return text.Sayf("%s of %s packets valid",
		text.Figure(e.Number("addressing", "checksum_valid", t)), text.Figure(e.Number("addressing", "packets", t)))
}

func connectionCost(e *experiments.Evidence, t string) text.Message {
	return text.Sayf("%s packets, %.2f RTT",
		text.Figure(e.Number("setup", "packets_before_data", t)), e.Number("setup", "connect_rtts", t))
}

func deliveredShare(e *experiments.Evidence, t string) text.Message {
	share := text.Figure(e.Number("loss", "delivered", t))
	if t == "udp" {
		return text.Sayf("%s %%", share)
	}
	return text.Sayf("%s %%, retransmissions: %s", share, text.Figure(e.Number("loss", "retransmissions", t)))
}

func waitedAndLost(e *experiments.Evidence, t string) text.Message {
	return text.Sayf("waits %s ms, loses %s %% of the data",
		text.Figure(e.Number("flow", "sender_waited", t)), text.Figure(e.Number("congestion", "data_lost", t)))
}

func transferTimes(e *experiments.Evidence, t string) text.Message {
	return text.Sayf("first reply %.2f RTT, 10 KB in %s ms, 1 MB in %s ms, bulk %s Mbit/s",
		e.OnlyNumber("setup", "first_reply_rtts", t), e.Quote("throughput", "transfer_10k", t),
		e.Quote("throughput", "transfer_1m", t), text.Figure(e.Number("throughput", "goodput", t)))
}

func reached(e *experiments.Evidence, t string) text.Message {
	if t == "tcp" {
		return text.Sayf("broadcast: %s", text.Say(e.Word("cast", "broadcast", t)))
	}
	return text.Sayf("%s by broadcast, %s by multicast",
		text.Figure(e.Number("cast", "broadcast", t)), text.Figure(e.Number("cast", "multicast", t)))
}

// Documents fills the documents' table from the results of the experiments.
func Documents(results result.Results) []result.DocumentRow {
	claims := map[string]experiments.Claim{}
	for _, e := range All() {
		for _, c := range e.Claims {
			claims[c.ID] = c
		}
	}
	rows := make([]result.DocumentRow, len(comparisons))
	for i, c := range comparisons {
		rows[i] = c.fill(claims[c.claim], results)
	}
	return rows
}

// fill adds the verdict on the row's claim, and what was measured where the
// experiments measured all of it.
func (c comparison) fill(claim experiments.Claim, results result.Results) result.DocumentRow {
	decided := claim.Decide(results)
	row := result.DocumentRow{
		Source: result.Source{result.Doc000}.Files(), Row: c.name, Says: map[string]string{"tcp": c.tcp, "udp": c.udp},
		Measured: map[string]text.Message{}, Verdict: decided.Verdict, Because: decided.Because,
		Experiments: claim.Experiments,
	}
	e := &experiments.Evidence{Results: results}
	if tcp, udp := c.measured(e, "tcp"), c.measured(e, "udp"); e.Complete() {
		row.Measured["tcp"], row.Measured["udp"] = tcp, udp
	}
	return row
}
