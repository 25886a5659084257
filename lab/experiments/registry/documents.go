package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// row is one row of the documents' own comparison table, in their words.
type row struct {
	name     string
	tcp, udp string // as written
	claim    string // whose verdict is the row's
	// measured is what the experiments found, for the cells beside.
	measured func(m *experiments.Evidence) (tcp, udp text.Message)
}

// table is document 000's comparison of the two echo servers, row by row.
var table = []row{
	{"IP, Port required, Checksum", "O", "O", "addresses-and-checksum", func(m *experiments.Evidence) (tcp, udp text.Message) {
		cell := func(t string) text.Message {
			return text.Sayf("%s of %s packets valid", text.Figure(m.Number("addressing", "checksum_valid", t)), text.Figure(m.Number("addressing", "packets", t)))
		}
		return cell("tcp"), cell("udp")
	}},
	{"Connection", "Connection-Oriented", "Connectionless", "connection", func(m *experiments.Evidence) (tcp, udp text.Message) {
		cell := func(t string) text.Message {
			return text.Sayf("%s packets, %.2f RTT", text.Figure(m.Number("setup", "packets_before_data", t)), m.Number("setup", "connect_rtts", t))
		}
		return cell("tcp"), cell("udp")
	}},
	{"Reliable Data Transfer", "O", "X", "reliable-data-transfer", func(m *experiments.Evidence) (tcp, udp text.Message) {
		return text.Sayf("%s %%, packets sent again: %s", text.Figure(m.Number("loss", "delivered", "tcp")), text.Figure(m.Number("loss", "retransmissions", "tcp"))),
			text.Sayf("%s %%", text.Figure(m.Number("loss", "delivered", "udp")))
	}},
	{"Flow control & Congest control", "O", "X", "flow-and-congestion-control", func(m *experiments.Evidence) (tcp, udp text.Message) {
		cell := func(t string) text.Message {
			return text.Sayf("waits %s ms, loses %s %% of the data",
				text.Figure(m.Number("flow", "sender_waited", t)), text.Figure(m.Number("congestion", "data_lost", t)))
		}
		return cell("tcp"), cell("udp")
	}},
	{"data transfer rate", "↓", "↑", "data-transfer-rate", func(m *experiments.Evidence) (tcp, udp text.Message) {
		cell := func(t string) text.Message {
			return text.Sayf("first reply %.2f RTT, 10 KB in %s ms, 1 MB in %s ms, bulk %s Mbit/s",
				m.OnlyNumber("setup", "first_reply_rtts", t), m.Quote("throughput", "transfer_10k", t), m.Quote("throughput", "transfer_1m", t),
				text.Figure(m.Number("throughput", "goodput", t)))
		}
		return cell("tcp"), cell("udp")
	}},
	{"Cast", "Unicast", "Unicast, Broadcast, Multicast", "cast", func(m *experiments.Evidence) (tcp, udp text.Message) {
		return text.Sayf("broadcast: %s", text.Say(m.Word("cast", "broadcast", "tcp"))),
			text.Sayf("%s by broadcast, %s by multicast", text.Figure(m.Number("cast", "broadcast", "udp")), text.Figure(m.Number("cast", "multicast", "udp")))
	}},
}

// Documents fills the documents' table from the results of the experiments.
func Documents(results result.Results) []result.DocumentRow {
	claims := map[string]experiments.Claim{}
	for _, e := range All() {
		for _, c := range e.Claims {
			claims[c.ID] = c
		}
	}
	rows := make([]result.DocumentRow, len(table))
	for i, r := range table {
		rows[i] = r.fill(claims[r.claim], results)
	}
	return rows
}

func (r row) fill(c experiments.Claim, results result.Results) result.DocumentRow {
	decided := c.Decide(results)
	d := result.DocumentRow{
		Source: result.Source{result.Doc000}.Files(), Row: r.name, Says: map[string]string{"tcp": r.tcp, "udp": r.udp},
		Measured: map[string]text.Message{}, Verdict: decided.Verdict, Because: decided.Because, Experiments: c.Experiments,
	}
	m := &experiments.Evidence{Results: results}
	if tcp, udp := r.measured(m); m.Complete() {
		d.Measured["tcp"], d.Measured["udp"] = tcp, udp
	}
	return d
}
