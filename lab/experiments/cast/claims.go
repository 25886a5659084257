package cast

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var castClaims = []experiments.Claim{
	{
		ID: "cast", Source: result.Source{result.Doc000}, Experiments: []string{"cast"},
		Statement: "TCP is one-to-one; UDP also one-to-many.",
		Rule: "holds if TCP cannot connect to a broadcast or group address, and one datagram of UDP reaches " +
			"several receivers by each",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp := []text.Phrase{m.Word("cast", "broadcast", "tcp"), m.Word("cast", "multicast", "tcp")}
			udp := []float64{m.Number("cast", "broadcast", "udp"), m.Number("cast", "multicast", "udp")}
			return experiments.HoldsIf(tcp[0] != "" && tcp[1] != "" && udp[0] > 1 && udp[1] > 1),
				text.Sayf("UDP reached %s by broadcast and %s by multicast; TCP: %s",
					text.Figure(udp[0]), text.Figure(udp[1]), text.Say(tcp[0]))
		},
	},
}
