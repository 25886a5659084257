package refusal

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var refusalClaims = []experiments.Claim{
	{
		ID: "sends-unasked", Source: result.Source{result.Doc000}, Experiments: []string{"refusal"},
		Statement: "UDP sends whether or not the other side is willing or there.",
		Rule:      "holds if UDP's first message left although nobody listened, and TCP's did not",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp, udp := m.Word("refusal", "first_message", "tcp"), m.Word("refusal", "first_message", "udp")
			return experiments.HoldsIf(udp == isSent && tcp == notSent),
				text.Sayf("nobody listened: UDP %s, TCP %s", text.Say(udp), text.Say(tcp))
		},
	},
	{
		ID: "connect-needs-listen", Source: result.Source{result.Doc001}, Experiments: []string{"refusal"},
		Statement: "connect succeeds only after the server called listen.",
		Rule:      "holds if TCP was refused before a server listened on the port, and connected afterwards",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			before, after := m.Word("refusal", "outcome", "tcp"), m.Word("refusal", "after_listen", "tcp")
			return experiments.HoldsIf(before == refusedAtOnce && after == nowConnected),
				text.Sayf("before: %s; after: %s", text.Say(before), text.Say(after))
		},
	},
}
