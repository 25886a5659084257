package sockets

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var socketsClaims = []experiments.Claim{
	{
		ID: "server-steps", Source: result.Source{result.Doc000, result.Doc001, result.Doc002, result.Doc004},
		Experiments: []string{"sockets"},
		Statement:   "A TCP server goes socket, bind, listen, accept, read and write, close.",
		Rule: "holds if its sockets are seen listening, then one more for each accepted client, and none once " +
			"all is closed",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			states := m.Word("sockets", "states", "tcp")
			all := m.Number("sockets", "server_sockets", "tcp")
			after := m.Number("sockets", "sockets_after_close", "tcp")
			return experiments.HoldsIf(all == 3 && after == 0),
				text.Sayf("seen: %s; after close: %s", states, text.Figure(after))
		},
	},
	{
		ID: "client-steps", Source: result.Source{result.Doc000, result.Doc001, result.Doc004},
		Experiments: []string{"sockets"},
		Statement:   "A TCP client goes socket, connect, write and read, close.",
		Rule:        "holds if clients that only connect, write, read and close were served, and no socket was left",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			sessions, after := m.Number("sockets", "sessions", "tcp"), m.Number("sockets", "sockets_after_close", "tcp")
			return experiments.HoldsIf(sessions == 2 && after == 0),
				text.Sayf("%s clients had their echo that way; after close %s sockets were left",
					text.Figure(sessions), text.Figure(after))
		},
	},
	{
		ID: "any-address", Source: result.Source{result.Doc000, result.Doc004}, Experiments: []string{"sockets"},
		Statement: "Binding 0.0.0.0 accepts on every address of the host.",
		Rule: "holds if a TCP server on 0.0.0.0 answers at more than one loopback address; depends where the " +
			"system has only one",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp := m.Number("sockets", "any_address", "tcp")
			if tcp == 1 {
				return result.Depends, text.Say("this system answers at one loopback address only")
			}
			return experiments.HoldsIf(tcp >= 2),
				text.Sayf("a server on 0.0.0.0 was reached at %s addresses", text.Figure(tcp))
		},
	},
	{
		ID: "client-needs-no-bind", Source: result.Source{result.Doc001, result.Doc002}, Experiments: []string{"sockets"},
		Statement: "The system gives the client an address and a port at connect.",
		Rule:      "holds if clients that bound nothing had ports of their own",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			ports := m.Number("sockets", "client_ports", "tcp")
			return experiments.HoldsIf(ports == 2),
				text.Sayf("two clients that bound nothing got %s different ports", text.Figure(ports))
		},
	},
	{
		ID: "accept-makes-a-socket", Source: result.Source{result.Doc001, result.Doc002, result.Doc003, result.Doc004},
		Experiments: []string{"sockets"},
		Statement:   "accept returns a new socket, already tied to the client; the listening one goes on listening.",
		Rule:        "holds if two clients make three sockets, one of which still listens",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n, states := m.Number("sockets", "server_sockets", "tcp"), m.Word("sockets", "states", "tcp")
			return experiments.HoldsIf(n == 3), text.Sayf("%s sockets: %s", text.Figure(n), states)
		},
	},
	{
		ID: "listen-state", Source: result.Source{result.Doc003}, Experiments: []string{"sockets"},
		Statement: "listen puts the socket into the LISTEN state.",
		Rule:      "holds if the system's table shows the server's socket in LISTEN",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			states := m.Word("sockets", "states", "tcp")
			return experiments.HoldsIf(states == "LISTEN, 2 ESTABLISHED"), text.Sayf("the system's table shows: %s", states)
		},
	},
	{
		ID: "same-port-many-clients", Source: result.Source{result.Doc002, result.Doc004}, Experiments: []string{"sockets"},
		Statement: "Many clients share the server's one port; a port is not a socket.",
		Rule:      "holds if several sockets of the server have one port",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			sockets, ports := m.Number("sockets", "server_sockets", "tcp"), m.Number("sockets", "server_ports", "tcp")
			return experiments.HoldsIf(sockets > 1 && ports == 1),
				text.Sayf("%s sockets, %s port", text.Figure(sockets), text.Figure(ports))
		},
	},
	{
		ID: "two-clients-three-sockets", Source: result.Source{result.Doc004}, Experiments: []string{"sockets"},
		Statement: "Two clients make three sockets at a TCP server.",
		Rule:      "holds if the server has three sockets while two clients are connected",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("sockets", "server_sockets", "tcp")
			return experiments.HoldsIf(n == 3), text.Sayf("%s sockets for two clients", text.Figure(n))
		},
	},
	{
		ID: "one-client-many-sessions", Source: result.Source{result.Doc004}, Experiments: []string{"sockets"},
		Statement: "One client may hold several connections.",
		Rule:      "holds if one program had an echo over each of two connections to one server, while both were open",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("sockets", "sessions", "tcp")
			return experiments.HoldsIf(n >= 2),
				text.Sayf("of two connections that one program held at once, %s were answered", text.Figure(n))
		},
	},
}
