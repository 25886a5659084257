package addressing

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var addressingClaims = []experiments.Claim{
	{
		ID: "addresses-and-checksum", Source: result.Source{result.Doc000},
		Experiments: []string{"addressing", "corruption"},
		Statement:   "Both need the receiver's IP address and port, and both check a checksum.",
		Rule: "holds if all packets of both have addresses, ports and a valid checksum, and neither delivered " +
			"damaged data that one flipped bit could have damaged",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			ok, damaged, allowed, packets := true, 0.0, 0.0, 0.0
			for _, t := range []string{"tcp", "udp"} {
				all := m.Number("addressing", "packets", t)
				ok = ok && m.Number("addressing", "has_ports", t) == all && m.Number("addressing", "checksum_valid", t) == all
				damaged += m.Number("corruption", "damaged", t)
				_, most := m.Allowed("corruption", "damaged", t)
				allowed += most
				packets += all
			}
			return experiments.HoldsIf(ok && damaged <= allowed),
				text.Sayf("all of %s packets had addresses, ports and a valid checksum; %s messages came damaged",
					text.Figure(packets), text.Figure(damaged))
		},
	},
	{
		ID: "socket-is-protocol-ip-port", Source: result.Source{result.Doc002},
		Experiments: []string{"addressing", "sockets"},
		Statement:   "Protocol, address and port tell which process gets the data.",
		Rule: "holds if every packet names them, and the server's socket is found in the system's table by " +
			"protocol and port",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			named, all := m.Number("addressing", "has_ports", "tcp"), m.Number("addressing", "packets", "tcp")
			sockets := m.Number("sockets", "server_sockets", "udp")
			return experiments.HoldsIf(named == all && sockets == 1),
				text.Sayf("%s of %s packets name both ends; one protocol and port led to %s UDP socket",
					text.Figure(named), text.Figure(all), text.Figure(sockets))
		},
	},
}
