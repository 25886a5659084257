package boundaries

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var boundariesClaims = []experiments.Claim{
	{
		ID: "no-message-boundaries", Source: result.Source{result.Doc001}, Experiments: []string{"boundaries"},
		Statement: "TCP is a byte stream: two writes may arrive as one read, one as several.",
		Rule:      "holds if TCP needed fewer reads than writes for small messages, and several for a large one",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			writes := m.Number("boundaries", "writes", "tcp")
			reads := m.Number("boundaries", "reads", "tcp")
			large := m.Number("boundaries", "reads_large", "tcp")
			return experiments.HoldsIf(reads < writes && large > 1),
				text.Sayf("TCP: %s writes came in %s reads, one large message took %s",
					text.Figure(writes), text.Figure(reads), text.Figure(large))
		},
	},
	{
		ID: "recv-needs-a-size", Source: result.Source{result.Doc002}, Experiments: []string{"boundaries", "size"},
		Statement: "A receive names the most bytes it takes; what happens to the rest differs.",
		Rule:      "holds if the rest of a short read is lost with UDP and kept with TCP",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp, udp := m.Number("boundaries", "truncated", "tcp"), m.Number("boundaries", "truncated", "udp")
			return experiments.HoldsIf(tcp == 0 && udp > 0),
				text.Sayf("half a buffer: TCP lost %s bytes, UDP %s", text.Figure(tcp), text.Figure(udp))
		},
	},
	{
		ID: "stream-is-two-way", Source: result.Source{result.Doc002}, Experiments: []string{"boundaries"},
		Statement: "Once connected, either side may send.",
		Rule:      "holds if all that the client wrote came back over the same connection",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			back := m.Number("boundaries", "came_back", "tcp")
			return experiments.HoldsIf(back == smallWrites*smallSize),
				text.Sayf("of %d bytes that went there, %s came back over the same connection",
					smallWrites*smallSize, text.Figure(back))
		},
	},
	{
		ID: "datagram-is-one-way", Source: result.Source{result.Doc002},
		Experiments: []string{"boundaries"}, Expect: result.Refuted,
		Statement: "A datagram socket is one-directional.",
		Rule:      "refuted if anything comes back over the socket that sent",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			back := m.Number("boundaries", "came_back", "udp")
			return experiments.HoldsIf(back == 0),
				text.Sayf("%s bytes came back over the socket that had sent", text.Figure(back))
		},
	},
	{
		ID: "application-protocol", Source: result.Source{result.Doc003}, Experiments: []string{"boundaries", "loss"},
		Statement: "Two programs must agree on messages, their layout, their timing and their answers.",
		Rule: "holds if bare TCP joins messages, and the same messages come back one by one once both sides " +
			"agree on frames",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			writes := m.Number("boundaries", "writes", "tcp")
			reads := m.Number("boundaries", "reads", "tcp")
			framed := m.Number("loss", "delivered", "tcp")
			return experiments.HoldsIf(reads < writes && framed == 100),
				text.Sayf("without agreement %s messages came as %s; with a length before each, %s %% came one by one",
					text.Figure(writes), text.Figure(reads), text.Figure(framed))
		},
	},
}
