package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var addressingClaims = []experiments.Claim{
	{
		ID: "addresses-and-checksum", Source: doc000, Experiments: []string{"addressing", "corruption"},
		Statement: "Both need the receiver's IP address and port, and both check a checksum.",
		Rule:      "holds if all packets of both have addresses, ports and a valid checksum, and neither delivered damaged data that one flipped bit could have damaged",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			ok, damaged, allowed, packets := true, 0.0, 0.0, 0.0
			for _, t := range []string{"tcp", "udp"} {
				all := m.number("addressing", "packets", t)
				ok = ok && m.number("addressing", "has_ports", t) == all && m.number("addressing", "checksum_valid", t) == all
				damaged += m.number("corruption", "damaged", t)
				_, most := m.allowed("corruption", "damaged", t)
				allowed += most
				packets += all
			}
			return holdsIf(ok && damaged <= allowed), text.Sayf("all of %s packets had addresses, ports and a valid checksum; %s messages came damaged", round(packets), round(damaged))
		}),
	},
	{
		ID: "socket-is-protocol-ip-port", Source: doc002, Experiments: []string{"addressing", "sockets"},
		Statement: "Protocol, address and port tell which process gets the data.",
		Rule:      "holds if every packet names them, and the server's socket is found in the system's table by protocol and port",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			named, all := m.number("addressing", "has_ports", "tcp"), m.number("addressing", "packets", "tcp")
			sockets := m.number("sockets", "server_sockets", "udp")
			return holdsIf(named == all && sockets == 1), text.Sayf("%s of %s packets name both ends; one protocol and port led to %s UDP socket", round(named), round(all), round(sockets))
		}),
	},
}

var castClaims = []experiments.Claim{
	{
		ID: "cast", Source: doc000, Experiments: []string{"cast"},
		Statement: "TCP is one-to-one; UDP also one-to-many.",
		Rule:      "holds if TCP cannot connect to a broadcast or group address, and one datagram of UDP reaches several receivers by each",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp := []text.Phrase{m.word("cast", "broadcast", "tcp"), m.word("cast", "multicast", "tcp")}
			udp := []float64{m.number("cast", "broadcast", "udp"), m.number("cast", "multicast", "udp")}
			return holdsIf(tcp[0] != "" && tcp[1] != "" && udp[0] > 1 && udp[1] > 1), text.Sayf("UDP reached %s by broadcast and %s by multicast; TCP: %s", round(udp[0]), round(udp[1]), text.Say(tcp[0]))
		}),
	},
}

var closeClaims = []experiments.Claim{
	{
		ID: "closed-socket-errors", Source: doc002, Experiments: []string{"close"},
		Statement: "Using a closed socket is an error.",
		Rule:      "holds if writing to a closed socket fails with both",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp, udp := m.word("close", "closed_socket", "tcp"), m.word("close", "closed_socket", "udp")
			return holdsIf(tcp == anError && udp == anError), text.Sayf("writing to a closed socket: TCP %s, UDP %s", text.Say(tcp), text.Say(udp))
		}),
	},
	{
		ID: "arrival-known-at-once", Source: doc002, Experiments: []string{"close"}, Expect: result.Refuted,
		Statement: "A TCP sender knows at once that its data arrived.",
		Rule:      "refuted if a write returns before the data has arrived, holds if it returns only once an answer can be back; else it depends",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			write, arrival := m.number("close", "write_returns", "tcp"), m.number("close", "arrives_after", "tcp")
			trip := m.number("close", "write_rtt", "tcp")
			because := text.Sayf("the write returned after %s µs, the message arrived after %s µs, the echo after %s µs", round(write), round(arrival), round(trip))
			switch {
			case write < arrival:
				return result.Refuted, because
			case write < trip:
				return result.Depends, because
			}
			return result.Holds, because
		}),
	},
	{
		ID: "closer-waits", Source: doc003, Experiments: []string{"close"},
		Statement: "The side that closes first waits after the last FIN, in case its acknowledgement is lost.",
		Rule:      "holds if the closer acknowledges a FIN that comes again after it has closed",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			state := m.word("close", "waits_after", "tcp")
			return holdsIf(state == inTimeWait), text.Sayf("after closing it waits in %s", text.Say(state))
		}),
	},
}
