package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var socketsClaims = []experiments.Claim{
	{
		ID: "server-steps", Source: doc000 + ", " + doc001 + ", " + doc002 + ", " + doc004, Experiments: []string{"sockets"},
		Statement: "A TCP server goes socket, bind, listen, accept, read and write, close.",
		Rule:      "holds if its sockets are seen listening, then one more for each accepted client, and none once all is closed",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			states, all, after := m.word("sockets", "states", "tcp"), m.number("sockets", "server_sockets", "tcp"), m.number("sockets", "sockets_after_close", "tcp")
			return holdsIf(all == 3 && after == 0), text.Sayf("seen: %s; after close: %s", states, round(after))
		}),
	},
	{
		ID: "client-steps", Source: doc000 + ", " + doc001 + ", " + doc004, Experiments: []string{"sockets"},
		Statement: "A TCP client goes socket, connect, write and read, close.",
		Rule:      "holds if clients that only connect, write, read and close were served, and no socket was left",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			sessions, after := m.number("sockets", "sessions", "tcp"), m.number("sockets", "sockets_after_close", "tcp")
			return holdsIf(sessions == 2 && after == 0), text.Sayf("%s clients had their echo that way; after close %s sockets were left", round(sessions), round(after))
		}),
	},
	{
		ID: "any-address", Source: doc000 + ", " + doc004, Experiments: []string{"sockets"},
		Statement: "Binding 0.0.0.0 accepts on every address of the host.",
		Rule:      "holds if a TCP server on 0.0.0.0 answers at more than one loopback address; depends where the system has only one",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp := m.number("sockets", "any_address", "tcp")
			if tcp == 1 {
				return result.Depends, text.Say("this system answers at one loopback address only")
			}
			return holdsIf(tcp >= 2), text.Sayf("a server on 0.0.0.0 was reached at %s addresses", round(tcp))
		}),
	},
	{
		ID: "client-needs-no-bind", Source: doc001 + ", " + doc002, Experiments: []string{"sockets"},
		Statement: "The system gives the client an address and a port at connect.",
		Rule:      "holds if clients that bound nothing had ports of their own",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			ports := m.number("sockets", "client_ports", "tcp")
			return holdsIf(ports == 2), text.Sayf("two clients that bound nothing got %s different ports", round(ports))
		}),
	},
	{
		ID: "accept-makes-a-socket", Source: doc001 + ", " + doc002 + ", " + doc003 + ", " + doc004, Experiments: []string{"sockets"},
		Statement: "accept returns a new socket, already tied to the client; the listening one goes on listening.",
		Rule:      "holds if two clients make three sockets, one of which still listens",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n, states := m.number("sockets", "server_sockets", "tcp"), m.word("sockets", "states", "tcp")
			return holdsIf(n == 3), text.Sayf("%s sockets: %s", round(n), states)
		}),
	},
	{
		ID: "listen-state", Source: doc003, Experiments: []string{"sockets"},
		Statement: "listen puts the socket into the LISTEN state.",
		Rule:      "holds if the system's table shows the server's socket in LISTEN",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			states := m.word("sockets", "states", "tcp")
			return holdsIf(states == "LISTEN, 2 ESTABLISHED"), text.Sayf("the system's table shows: %s", states)
		}),
	},
	{
		ID: "same-port-many-clients", Source: doc002 + ", " + doc004, Experiments: []string{"sockets"},
		Statement: "Many clients share the server's one port; a port is not a socket.",
		Rule:      "holds if several sockets of the server have one port",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			sockets, ports := m.number("sockets", "server_sockets", "tcp"), m.number("sockets", "server_ports", "tcp")
			return holdsIf(sockets > 1 && ports == 1), text.Sayf("%s sockets, %s port", round(sockets), round(ports))
		}),
	},
	{
		ID: "two-clients-three-sockets", Source: doc004, Experiments: []string{"sockets"},
		Statement: "Two clients make three sockets at a TCP server.",
		Rule:      "holds if the server has three sockets while two clients are connected",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("sockets", "server_sockets", "tcp")
			return holdsIf(n == 3), text.Sayf("%s sockets for two clients", round(n))
		}),
	},
	{
		ID: "one-client-many-sessions", Source: doc004, Experiments: []string{"sockets"},
		Statement: "One client may hold several connections.",
		Rule:      "holds if one program had an echo over each of two connections to one server, while both were open",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("sockets", "sessions", "tcp")
			return holdsIf(n >= 2), text.Sayf("of two connections that one program held at once, %s were answered", round(n))
		}),
	},
}

var backlogClaims = []experiments.Claim{
	{
		ID: "backlog-bounds-waiting", Source: doc001 + ", " + doc002 + ", " + doc003, Experiments: []string{"backlog"},
		Statement: "The backlog bounds how many connections wait.",
		Rule:      "holds if fewer connections were completed than asked for, and no more than the backlog and one",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			in, out := m.number("backlog", "connected_before_accept", "tcp"), m.number("backlog", "refused_or_waiting", "tcp")
			return holdsIf(out > 0 && in <= asked+1), text.Sayf("backlog %d: %s of %d waited in the queue, %s stayed outside", asked, round(in), callers, round(out))
		}),
	},
	{
		ID: "connect-before-accept", Source: doc001, Experiments: []string{"backlog"},
		Statement: "connect returns once the request is queued, before accept is called.",
		Rule:      "holds if connections were completed while the server had not called accept",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("backlog", "connected_before_accept", "tcp")
			return holdsIf(n > 0), text.Sayf("%s clients were connected before the first accept", round(n))
		}),
	},
	{
		ID: "accept-blocks", Source: doc001, Experiments: []string{"backlog"},
		Statement: "accept waits while the queue is empty.",
		Rule:      "holds if accept on an empty queue did not return before a client came",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			waited := m.number("backlog", "accept_waited", "tcp")
			return holdsIf(waited >= milliseconds(acceptFor)), text.Sayf("accept returned after %s ms; the client came after %s ms", round(waited), round(milliseconds(acceptFor)))
		}),
	},
	{
		ID: "listen-means-max-clients", Source: doc002, Experiments: []string{"backlog"}, Expect: result.Refuted,
		Statement: "The argument of listen is the greatest number of clients.",
		Rule:      "refuted if more clients were connected at once than the argument of listen",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("backlog", "connected_together", "tcp")
			return holdsIf(n <= asked), text.Sayf("listen(%d), and %s clients were connected at once: it bounds who waits, not who is served", asked, round(n))
		}),
	},
	{
		ID: "somaxconn-is-4096", Source: doc004, Experiments: []string{"backlog"},
		Statement: "The backlog's maximum is 4,096.",
		Rule:      "holds if the system's own setting says so here; else it depends on the system",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			v := m.value("backlog", "somaxconn", "tcp")
			if v.Word != "" {
				return result.Depends, text.Say("this system does not tell")
			}
			if v.Number == 4096 {
				return result.Holds, text.Sayf("net.core.somaxconn is %s here; it is a setting, and was 128 before Linux 5.4", round(v.Number))
			}
			return result.Depends, text.Sayf("net.core.somaxconn is %s here", round(v.Number))
		}),
	},
}

var refusalClaims = []experiments.Claim{
	{
		ID: "sends-unasked", Source: doc000, Experiments: []string{"refusal"},
		Statement: "UDP sends whether or not the other side is willing or there.",
		Rule:      "holds if UDP's first message left although nobody listened, and TCP's did not",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp, udp := m.word("refusal", "first_message", "tcp"), m.word("refusal", "first_message", "udp")
			return holdsIf(udp == isSent && tcp == notSent), text.Sayf("nobody listened: UDP %s, TCP %s", text.Say(udp), text.Say(tcp))
		}),
	},
	{
		ID: "connect-needs-listen", Source: doc001, Experiments: []string{"refusal"},
		Statement: "connect succeeds only after the server called listen.",
		Rule:      "holds if TCP was refused before a server listened on the port, and connected afterwards",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			before, after := m.word("refusal", "outcome", "tcp"), m.word("refusal", "after_listen", "tcp")
			return holdsIf(before == refusedAtOnce && after == nowConnected), text.Sayf("before: %s; after: %s", text.Say(before), text.Say(after))
		}),
	},
}

var concurrencyClaims = []experiments.Claim{
	{
		ID: "one-at-a-time", Source: doc000 + ", " + doc001 + ", " + doc003, Experiments: []string{"concurrency"},
		Statement: "An iterative server talks to one client at a time.",
		Rule:      "holds if an iterative TCP server answered one of twenty connected clients",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("concurrency", "served_iterative", "tcp")
			return holdsIf(n == 1), text.Sayf("%s of %d connected clients was answered", round(n), crowd)
		}),
	},
	{
		ID: "threads-serve-many", Source: doc002 + ", " + doc003, Experiments: []string{"concurrency"},
		Statement: "One thread (here: goroutine) per connection serves N clients.",
		Rule:      "holds if a concurrent TCP server answered all of twenty connected clients",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("concurrency", "served_concurrent", "tcp")
			return holdsIf(n == crowd), text.Sayf("%s of %d connected clients were answered", round(n), crowd)
		}),
	},
	{
		ID: "idle-client-blocks", Source: doc003, Experiments: []string{"concurrency"},
		Statement: "On an iterative server an idle client makes all others wait; threads cure it.",
		Rule:      "holds if a client waited as long as the idle one stayed on the iterative server, and less than half of that on the concurrent one",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			one, many := m.number("concurrency", "wait_iterative", "tcp"), m.number("concurrency", "wait_concurrent", "tcp")
			return holdsIf(one >= milliseconds(idle) && many < milliseconds(idle)/2), text.Sayf("behind a client that was idle for %v: %s ms iterative, %s ms concurrent", idle, round(one), round(many))
		}),
	},
}

var programsClaims = []experiments.Claim{
	{
		ID: "five-clients", Source: doc001, Experiments: []string{"programs"},
		Statement: "The example server serves five clients, 1,024 bytes a read, then stops.",
		Rule:      "holds if that mode served five clients and the sixth found nobody",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n, last := m.number("programs", "five_clients", "tcp"), m.word("programs", "sixth_client", "tcp")
			return holdsIf(n == fiveClients && last == findsNobody), text.Sayf("%s clients served; the sixth: %s", round(n), text.Say(last))
		}),
	},
	{
		ID: "hello-server", Source: doc001, Experiments: []string{"programs"},
		Statement: "The hello server made iterative greets each client, closes, and goes on.",
		Rule:      "holds if that mode greeted three clients in turn, each in the agreed words",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("programs", "hello_clients", "tcp")
			return holdsIf(n == greeted), text.Sayf("%s of %d clients in turn were greeted", round(n), greeted)
		}),
	},
	{
		ID: "server-may-change-data", Source: doc002, Experiments: []string{"programs"},
		Statement: "The server may answer with changed data.",
		Rule:      "holds if both answered other bytes than were sent, as agreed",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			tcp, udp := m.word("programs", "changed", "tcp"), m.word("programs", "changed", "udp")
			return holdsIf(tcp == "HELLO" && udp == "HELLO"), text.Sayf("%s was answered with %s", helloWord, tcp)
		}),
	},
	{
		ID: "five-twelve-chunks", Source: doc004, Experiments: []string{"programs"},
		Statement: "The example moves at most 512 bytes a time and waits for all of them (MSG_WAITALL).",
		Rule:      "holds if every chunk of at most 512 bytes came back whole before the next was sent",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			n := m.number("programs", "chunks", "tcp")
			return holdsIf(n == (chunked+chunk-1)/chunk), text.Sayf("of %d bytes %s chunks came back whole", chunked, round(n))
		}),
	},
}
