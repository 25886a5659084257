package flow

import (
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/text"
)

var flowClaims = []experiments.Claim{
	{
		ID: "overflow-is-lost", Source: result.Source{result.Doc000}, Experiments: []string{"flow"},
		Statement: "When UDP's receive buffer overflows, the data is gone and nobody is told.",
		Rule: "holds if UDP lost messages to a full buffer, its sender never waited, and no packet told it of " +
			"that",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			lost, waited := m.Number("flow", "lost_overflow", "udp"), m.Number("flow", "sender_waited", "udp")
			told := m.Number("flow", "zero_windows", "udp")
			return experiments.HoldsIf(lost > 0 && waited == 0 && told == 0),
				text.Sayf("%s messages lost to a full buffer, the sender waited %s ms and was told by %s packets",
					text.Figure(lost), text.Figure(waited), text.Figure(told))
		},
	},
	{
		ID: "window-limits-sender", Source: result.Source{result.Doc003}, Experiments: []string{"flow"},
		Statement: "The sender adapts to the receiver's free buffer.",
		Rule: "holds if the room that TCP's receiver told of fell below a segment, its sender waited, and " +
			"nothing was lost",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			waited, lost := m.Number("flow", "sender_waited", "tcp"), m.Number("flow", "lost", "tcp")
			room := m.Number("flow", "least_window", "tcp")
			return experiments.HoldsIf(room < probe.SegmentSize && waited > 0 && lost == 0),
				text.Sayf("the room fell to %s bytes, TCP's sender waited %s ms and lost %s messages",
					text.Figure(room), text.Figure(waited), text.Figure(lost))
		},
	},
}
