package backlog

import (
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/text"
)

var backlogClaims = []experiments.Claim{
	{
		ID: "backlog-bounds-waiting", Source: result.Source{result.Doc001, result.Doc002, result.Doc003},
		Experiments: []string{"backlog"},
		Statement:   "The backlog bounds how many connections wait.",
		Rule:        "holds if fewer connections were completed than asked for, and no more than the backlog and one",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			in, out := m.Number("backlog", "connected_before_accept", "tcp"), m.Number("backlog", "refused_or_waiting", "tcp")
			return experiments.HoldsIf(out > 0 && in <= asked+1),
				text.Sayf("backlog %d: %s of %d waited in the queue, %s stayed outside",
					asked, text.Figure(in), callers, text.Figure(out))
		},
	},
	{
		ID: "connect-before-accept", Source: result.Source{result.Doc001}, Experiments: []string{"backlog"},
		Statement: "connect returns once the request is queued, before accept is called.",
		Rule:      "holds if connections were completed while the server had not called accept",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("backlog", "connected_before_accept", "tcp")
			return experiments.HoldsIf(n > 0), text.Sayf("%s clients were connected before the first accept", text.Figure(n))
		},
	},
	{
		ID: "accept-blocks", Source: result.Source{result.Doc001}, Experiments: []string{"backlog"},
		Statement: "accept waits while the queue is empty.",
		Rule:      "holds if accept on an empty queue did not return before a client came",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			waited := m.Number("backlog", "accept_waited", "tcp")
			return experiments.HoldsIf(waited >= probe.Milliseconds(acceptFor)),
				text.Sayf("accept returned after %s ms; the client came after %s ms",
					text.Figure(waited), text.Figure(probe.Milliseconds(acceptFor)))
		},
	},
	{
		ID: "listen-means-max-clients", Source: result.Source{result.Doc002},
		Experiments: []string{"backlog"}, Expect: result.Refuted,
		Statement: "The argument of listen is the greatest number of clients.",
		Rule:      "refuted if more clients were connected at once than the argument of listen",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("backlog", "connected_together", "tcp")
			return experiments.HoldsIf(n <= asked),
				text.Sayf("listen(%d), and %s clients were connected at once: it bounds who waits, not who is served",
					asked, text.Figure(n))
		},
	},
	{
		ID: "somaxconn-is-4096", Source: result.Source{result.Doc004}, Experiments: []string{"backlog"},
		Statement: "The backlog's maximum is 4,096.",
		Rule:      "holds if the system's own setting says so here; else it depends on the system",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			v := m.Value("backlog", "somaxconn", "tcp")
			if v.Word != "" {
				return result.Depends, text.Say("this system does not tell")
			}
			if v.Number == 4096 {
				return result.Holds,
					text.Sayf("net.core.somaxconn is %s here; it is a setting, and was 128 before Linux 5.4",
						text.Figure(v.Number))
			}
			return result.Depends, text.Sayf("net.core.somaxconn is %s here", text.Figure(v.Number))
		},
	},
}
