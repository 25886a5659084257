package setup

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var setupClaims = []experiments.Claim{
	{
		ID: "connection", Source: result.Source{result.Doc000}, Experiments: []string{"setup"},
		Statement: "TCP confirms the peer before data flows, UDP does not.",
		Rule:      "holds if packets pass before the first data of TCP, and none before that of UDP",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp, udp := m.Number("setup", "packets_before_data", "tcp"), m.Number("setup", "packets_before_data", "udp")
			return experiments.HoldsIf(tcp >= 2 && udp == 0), text.Sayf(
				"%s packets pass before the first data of TCP, %s before that of UDP",
				text.Figure(tcp), text.Figure(udp))
		},
	},
	{
		ID: "no-handshake", Source: result.Source{result.Doc002}, Experiments: []string{"setup", "addressing"},
		Statement: "UDP has no handshake; each datagram carries address and port.",
		Rule:      "holds if no packet passes before UDP's first data and every packet has addresses and ports",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			before := m.Number("setup", "packets_before_data", "udp")
			ports, all := m.Number("addressing", "has_ports", "udp"), m.Number("addressing", "packets", "udp")
			return experiments.HoldsIf(before == 0 && ports == all), text.Sayf(
				"%s packets before the first data; %s of %s packets have addresses and ports",
				text.Figure(before), text.Figure(ports), text.Figure(all))
		},
	},
	{
		ID: "handshake-before-data", Source: result.Source{result.Doc004}, Experiments: []string{"setup", "sockets"},
		Statement: "Data follows the three-way handshake, and the server's new socket exists after it.",
		Rule: "holds if two or three packets pass before TCP's first data, and two clients make the server's " +
			"sockets three",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			packets := m.Number("setup", "packets_before_data", "tcp")
			sockets := m.Number("sockets", "server_sockets", "tcp")
			return experiments.HoldsIf(packets >= 2 && packets <= 3 && sockets == 3), text.Sayf(
				"%s packets before the first data; %s sockets once two clients are connected",
				text.Figure(packets), text.Figure(sockets))
		},
	},
	{
		ID: "setup-learns-window-and-sequence", Source: result.Source{result.Doc003}, Experiments: []string{"setup"},
		Statement: "The handshake tells each side the other's receive window and first sequence number.",
		Rule: "holds if both SYNs on the wire carry a window above 0, and each is acknowledged as its first " +
			"number plus one",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			window, acked := m.Number("setup", "syn_windows", "tcp"), m.Number("setup", "syn_acknowledged", "tcp")
			return experiments.HoldsIf(window == 2 && acked == 2), text.Sayf(
				"%s of 2 SYNs told a window, %s of 2 first numbers were acknowledged",
				text.Figure(window), text.Figure(acked))
		},
	},
}
