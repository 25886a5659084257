package close

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var closeClaims = []experiments.Claim{
	{
		ID: "closed-socket-errors", Source: result.Source{result.Doc002}, Experiments: []string{"close"},
		Statement: "Using a closed socket is an error.",
		Rule:      "holds if writing to a closed socket fails with both",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp, udp := m.Word("close", "closed_socket", "tcp"), m.Word("close", "closed_socket", "udp")
			return experiments.HoldsIf(tcp == anError && udp == anError),
				text.Sayf("writing to a closed socket: TCP %s, UDP %s", text.Say(tcp), text.Say(udp))
		},
	},
	{
		ID: "arrival-known-at-once", Source: result.Source{result.Doc002},
		Experiments: []string{"close"}, Expect: result.Refuted,
		Statement: "A TCP sender knows at once that its data arrived.",
		Rule: "refuted if a write returns before the data has arrived, holds if it returns only once an answer " +
			"can be back; else it depends",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			write, arrival := m.Number("close", "write_returns", "tcp"), m.Number("close", "arrives_after", "tcp")
			trip := m.Number("close", "write_rtt", "tcp")
			because := text.Sayf("the write returned after %s µs, the message arrived after %s µs, the echo after %s µs",
				text.Figure(write), text.Figure(arrival), text.Figure(trip))
			switch {
			case write < arrival:
				return result.Refuted, because
			case write < trip:
				return result.Depends, because
			}
			return result.Holds, because
		},
	},
	{
		ID: "closer-waits", Source: result.Source{result.Doc003}, Experiments: []string{"close"},
		Statement: "The side that closes first waits after the last FIN, in case its acknowledgement is lost.",
		Rule:      "holds if the closer acknowledges a FIN that comes again after it has closed",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			state := m.Word("close", "waits_after", "tcp")
			return experiments.HoldsIf(state == inTimeWait), text.Sayf("after closing it waits in %s", text.Say(state))
		},
	},
}
