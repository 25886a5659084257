package concurrency

import (
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/text"
)

var concurrencyClaims = []experiments.Claim{
	{
		ID: "one-at-a-time", Source: result.Source{result.Doc000, result.Doc001, result.Doc003},
		Experiments: []string{"concurrency"},
		Statement:   "An iterative server talks to one client at a time.",
		Rule:        "holds if an iterative TCP server answered one of twenty connected clients",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("concurrency", "served_iterative", "tcp")
			return experiments.HoldsIf(n == 1), text.Sayf("%s of %d connected clients was answered", text.Figure(n), crowd)
		},
	},
	{
		ID: "threads-serve-many", Source: result.Source{result.Doc002, result.Doc003}, Experiments: []string{"concurrency"},
		Statement: "One thread (here: goroutine) per connection serves N clients.",
		Rule:      "holds if a concurrent TCP server answered all of twenty connected clients",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("concurrency", "served_concurrent", "tcp")
			return experiments.HoldsIf(n == crowd),
				text.Sayf("%s of %d connected clients were answered", text.Figure(n), crowd)
		},
	},
	{
		ID: "idle-client-blocks", Source: result.Source{result.Doc003}, Experiments: []string{"concurrency"},
		Statement: "On an iterative server an idle client makes all others wait; threads cure it.",
		Rule: "holds if a client waited as long as the idle one stayed on the iterative server, and less than " +
			"half of that on the concurrent one",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			one, many := m.Number("concurrency", "wait_iterative", "tcp"), m.Number("concurrency", "wait_concurrent", "tcp")
			return experiments.HoldsIf(one >= probe.Milliseconds(idle) && many < probe.Milliseconds(idle)/2),
				text.Sayf("behind a client that was idle for %v: %s ms iterative, %s ms concurrent",
					idle, text.Figure(one), text.Figure(many))
		},
	},
}
