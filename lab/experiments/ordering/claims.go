package ordering

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// fewOvertaken packets may all belong to messages that are overtaken on the way
// there, and overtake on the way back, or are lost.
const fewOvertaken = 10

var claims = []experiments.Claim{
	{
		ID: "datagram-order", Source: result.Source{result.Doc002}, Experiments: []string{"ordering"},
		Statement: "Datagrams may arrive in another order.",
		Rule:      "holds if messages of UDP arrived out of order over a wire that reorders",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			udp, overtaken := m.Number("ordering", "out_of_order", "udp"), m.Number("ordering", "overtaken", "udp")
			// Fragments that overtake each other within a message leave it in its place.
			least, _ := m.Allowed("ordering", "out_of_order", "udp")
			return experiments.HoldsWhere(udp > 0 || overtaken >= fewOvertaken && least > 0, udp > 0),
				text.Sayf("%s packets of UDP were overtaken, and %s %% of its messages arrived out of order",
					text.Figure(overtaken), text.Figure(udp))
		},
	},
	{
		ID: "stream-in-order-without-error", Source: result.Source{result.Doc002},
		Experiments: []string{"ordering", "corruption", "duplication"},
		Statement:   "TCP delivers in order and undamaged.",
		Rule: "holds if TCP had nothing out of order, nothing damaged and nothing twice, " +
			"over wires that reorder, flip bits and copy",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			order, overtaken := m.Number("ordering", "out_of_order", "tcp"), m.Number("ordering", "overtaken", "tcp")
			damaged, flipped := m.Number("corruption", "damaged", "tcp"), m.Number("corruption", "discarded", "tcp")
			twice, copied := m.Number("duplication", "duplicates", "tcp"), m.Number("duplication", "copied", "tcp")
			right := order == 0 && damaged == 0 && twice == 0
			tried := overtaken > 0 && flipped > 0 && copied > 0
			return experiments.HoldsWhere(tried || !right, right),
				text.Sayf("%s %% out of order, %s damaged, %s duplicates",
					text.Figure(order), text.Figure(damaged), text.Figure(twice))
		},
	},
}
