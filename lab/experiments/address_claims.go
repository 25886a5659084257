package experiments

import "echolab/lab"

var addressingClaims = []lab.Claim{
	{
		ID: "addresses-and-checksum", Source: doc000, Experiments: []string{"addressing", "corruption"},
		Statement: "Both need the receiver's IP address and port, and both check a checksum.",
		Rule:      "holds if all packets of both have addresses, ports and a valid checksum, and neither delivered damaged data",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			ok, damaged, packets := true, 0.0, 0.0
			for _, t := range []string{"tcp", "udp"} {
				all := m.number("addressing", "packets", t)
				ok = ok && m.number("addressing", "has_ports", t) == all && m.number("addressing", "checksum_valid", t) == all
				damaged += m.number("corruption", "damaged", t)
				packets += all
			}
			return holdsIf(ok && damaged == 0), lab.Say("all of %s packets had addresses, ports and a valid checksum; %s messages came damaged", round(packets), round(damaged))
		}),
	},
	{
		ID: "socket-is-protocol-ip-port", Source: doc002, Experiments: []string{"addressing", "sockets"},
		Statement: "Protocol, address and port tell which process gets the data.",
		Rule:      "holds if every packet names them, and the server's socket is found in the system's table by protocol and port",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			named, all := m.number("addressing", "has_ports", "tcp"), m.number("addressing", "packets", "tcp")
			sockets := m.number("sockets", "server_sockets", "udp")
			return holdsIf(named == all && sockets == 1), lab.Say("%s of %s packets name both ends; one protocol and port led to %s UDP socket", round(named), round(all), round(sockets))
		}),
	},
}

var castClaims = []lab.Claim{
	{
		ID: "cast", Source: doc000, Experiments: []string{"cast"},
		Statement: "TCP is one-to-one; UDP also one-to-many.",
		Rule:      "holds if TCP cannot connect to a broadcast or group address, and one datagram of UDP reaches several receivers by each",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			tcp := []string{m.word("cast", "broadcast", "tcp"), m.word("cast", "multicast", "tcp")}
			udp := []float64{m.number("cast", "broadcast", "udp"), m.number("cast", "multicast", "udp")}
			return holdsIf(tcp[0] != "" && tcp[1] != "" && udp[0] > 1 && udp[1] > 1), lab.Say("UDP reached %s by broadcast and %s by multicast; TCP: %s", round(udp[0]), round(udp[1]), lab.Say(tcp[0]))
		}),
	},
	{
		ID: "datagram-is-one-way", Source: doc002, Experiments: []string{"cast", "latency"}, Expect: lab.Refuted,
		Statement: "A datagram socket is one-directional.",
		Rule:      "refuted if echoes come back over the socket that sent",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			trip := m.number("latency", "rtt_p50", "udp")
			return holdsIf(trip == 0), lab.Say("every echo came back over the socket that had sent, after %s µs", round(trip))
		}),
	},
}

var closeClaims = []lab.Claim{
	{
		ID: "closed-socket-errors", Source: doc002, Experiments: []string{"close"},
		Statement: "Using a closed socket is an error.",
		Rule:      "holds if writing to a closed socket fails with both",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			tcp, udp := m.word("close", "closed_socket", "tcp"), m.word("close", "closed_socket", "udp")
			return holdsIf(tcp == "error" && udp == "error"), lab.Say("writing to a closed socket: TCP %s, UDP %s", lab.Say(tcp), lab.Say(udp))
		}),
	},
	{
		ID: "arrival-known-at-once", Source: doc002, Experiments: []string{"close"}, Expect: lab.Refuted,
		Statement: "A TCP sender knows at once that its data arrived.",
		Rule:      "refuted if a write returns before the data can have arrived, in less than half a round trip",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			write, trip := m.number("close", "write_returns", "tcp"), m.number("close", "write_rtt", "tcp")
			return holdsIf(write >= trip/2), lab.Say("the write returned after %s µs, while the way there alone took %s µs", round(write), round(trip/2))
		}),
	},
	{
		ID: "closer-waits", Source: doc003, Experiments: []string{"close"},
		Statement: "The side that closes first waits after the last FIN, in case its acknowledgement is lost.",
		Rule:      "holds if the closer acknowledges a FIN that comes again after it has closed",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			state := m.word("close", "waits_after", "tcp")
			return holdsIf(state == "TIME-WAIT"), lab.Say("after closing it waits in %s: a second FIN was acknowledged again", lab.Say(state))
		}),
	},
}
