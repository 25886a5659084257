package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var setupClaims = []experiments.Claim{
	{
		ID: "connection", Source: doc000, Experiments: []string{"setup"},
		Statement: "TCP confirms the peer before data flows, UDP does not.",
		Rule:      "holds if packets pass before the first data of TCP, and none before that of UDP",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp, udp := m.number("setup", "packets_before_data", "tcp"), m.number("setup", "packets_before_data", "udp")
			return holdsIf(tcp >= 2 && udp == 0), text.Sayf("%s packets pass before the first data of TCP, %s before that of UDP", round(tcp), round(udp))
		}),
	},
	{
		ID: "no-handshake", Source: doc002, Experiments: []string{"setup", "addressing"},
		Statement: "UDP has no handshake; each datagram carries address and port.",
		Rule:      "holds if no packet passes before UDP's first data and every packet has addresses and ports",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			before := m.number("setup", "packets_before_data", "udp")
			ports, all := m.number("addressing", "has_ports", "udp"), m.number("addressing", "packets", "udp")
			return holdsIf(before == 0 && ports == all), text.Sayf("%s packets before the first data; %s of %s packets have addresses and ports", round(before), round(ports), round(all))
		}),
	},
	{
		ID: "handshake-before-data", Source: doc004, Experiments: []string{"setup", "sockets"},
		Statement: "Data follows the three-way handshake, and the server's new socket exists after it.",
		Rule:      "holds if two or three packets pass before TCP's first data, and two clients make the server's sockets three",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			packets, sockets := m.number("setup", "packets_before_data", "tcp"), m.number("sockets", "server_sockets", "tcp")
			return holdsIf(packets >= 2 && packets <= 3 && sockets == 3), text.Sayf("%s packets before the first data; %s sockets once two clients are connected", round(packets), round(sockets))
		}),
	},
	{
		ID: "setup-learns-window-and-sequence", Source: doc003, Experiments: []string{"setup"},
		Statement: "The handshake tells each side the other's receive window and first sequence number.",
		Rule:      "holds if both SYNs on the wire carry a window above 0, and each is acknowledged as its first number plus one",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			window, acked := m.number("setup", "syn_windows", "tcp"), m.number("setup", "syn_acknowledged", "tcp")
			return holdsIf(window == 2 && acked == 2), text.Sayf("%s of 2 SYNs told a window, %s of 2 first numbers were acknowledged", round(window), round(acked))
		}),
	},
}
