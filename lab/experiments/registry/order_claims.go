package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// fewOvertaken packets may all belong to messages that are overtaken on the way
// there, and overtake on the way back, or are lost.
const fewOvertaken = 10

var orderingClaims = []experiments.Claim{
	{
		ID: "datagram-order", Source: doc002, Experiments: []string{"ordering"},
		Statement: "Datagrams may arrive in another order.",
		Rule:      "holds if messages of UDP arrived out of order over a wire that reorders",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			udp, overtaken := m.number("ordering", "out_of_order", "udp"), m.number("ordering", "overtaken", "udp")
			// Fragments that overtake each other within a message leave it in its place.
			least, _ := m.allowed("ordering", "out_of_order", "udp")
			return holdsWhere(udp > 0 || overtaken >= fewOvertaken && least > 0, udp > 0),
				text.Sayf("%s packets of UDP were overtaken, and %s %% of its messages arrived out of order", round(overtaken), round(udp))
		}),
	},
	{
		ID: "stream-in-order-without-error", Source: doc002, Experiments: []string{"ordering", "corruption", "duplication"},
		Statement: "TCP delivers in order and undamaged.",
		Rule:      "holds if TCP had nothing out of order, nothing damaged and nothing twice, over wires that reorder, flip bits and copy",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			order, overtaken := m.number("ordering", "out_of_order", "tcp"), m.number("ordering", "overtaken", "tcp")
			damaged, flipped := m.number("corruption", "damaged", "tcp"), m.number("corruption", "discarded", "tcp")
			twice, copied := m.number("duplication", "duplicates", "tcp"), m.number("duplication", "copied", "tcp")
			right := order == 0 && damaged == 0 && twice == 0
			tried := overtaken > 0 && flipped > 0 && copied > 0
			return holdsWhere(tried || !right, right),
				text.Sayf("%s %% out of order, %s damaged, %s duplicates", round(order), round(damaged), round(twice))
		}),
	},
}

var boundariesClaims = []experiments.Claim{
	{
		ID: "no-message-boundaries", Source: doc001, Experiments: []string{"boundaries"},
		Statement: "TCP is a byte stream: two writes may arrive as one read, one as several.",
		Rule:      "holds if TCP needed fewer reads than writes for small messages, and several for a large one",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			writes, reads, large := m.number("boundaries", "writes", "tcp"), m.number("boundaries", "reads", "tcp"), m.number("boundaries", "reads_large", "tcp")
			return holdsIf(reads < writes && large > 1), text.Sayf("TCP: %s writes came in %s reads, one large message took %s", round(writes), round(reads), round(large))
		}),
	},
	{
		ID: "recv-needs-a-size", Source: doc002, Experiments: []string{"boundaries", "size"},
		Statement: "A receive names the most bytes it takes; what happens to the rest differs.",
		Rule:      "holds if the rest of a short read is lost with UDP and kept with TCP",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp, udp := m.number("boundaries", "truncated", "tcp"), m.number("boundaries", "truncated", "udp")
			return holdsIf(tcp == 0 && udp > 0), text.Sayf("half a buffer: TCP lost %s bytes, UDP %s", round(tcp), round(udp))
		}),
	},
	{
		ID: "stream-is-two-way", Source: doc002, Experiments: []string{"boundaries"},
		Statement: "Once connected, either side may send.",
		Rule:      "holds if all that the client wrote came back over the same connection",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			back := m.number("boundaries", "came_back", "tcp")
			return holdsIf(back == smallWrites*smallSize), text.Sayf("of %d bytes that went there, %s came back over the same connection", smallWrites*smallSize, round(back))
		}),
	},
	{
		ID: "datagram-is-one-way", Source: doc002, Experiments: []string{"boundaries"}, Expect: result.Refuted,
		Statement: "A datagram socket is one-directional.",
		Rule:      "refuted if anything comes back over the socket that sent",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			back := m.number("boundaries", "came_back", "udp")
			return holdsIf(back == 0), text.Sayf("%s bytes came back over the socket that had sent", round(back))
		}),
	},
	{
		ID: "application-protocol", Source: doc003, Experiments: []string{"boundaries", "loss"},
		Statement: "Two programs must agree on messages, their layout, their timing and their answers.",
		Rule:      "holds if bare TCP joins messages, and the same messages come back one by one once both sides agree on frames",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			writes, reads, framed := m.number("boundaries", "writes", "tcp"), m.number("boundaries", "reads", "tcp"), m.number("loss", "delivered", "tcp")
			return holdsIf(reads < writes && framed == 100), text.Sayf("without agreement %s messages came as %s; with a length before each, %s %% came one by one", round(writes), round(reads), round(framed))
		}),
	},
}
