package programs

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var programsClaims = []experiments.Claim{
	{
		ID: "five-clients", Source: result.Source{result.Doc001}, Experiments: []string{"programs"},
		Statement: "The example server serves five clients, 1,024 bytes a read, then stops.",
		Rule:      "holds if that mode served five clients and the sixth found nobody",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n, last := m.Number("programs", "five_clients", "tcp"), m.Word("programs", "sixth_client", "tcp")
			return experiments.HoldsIf(n == fiveClients && last == findsNobody),
				text.Sayf("%s clients served; the sixth: %s", text.Figure(n), text.Say(last))
		},
	},
	{
		ID: "hello-server", Source: result.Source{result.Doc001}, Experiments: []string{"programs"},
		Statement: "The hello server made iterative greets each client, closes, and goes on.",
		Rule:      "holds if that mode greeted three clients in turn, each in the agreed words",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("programs", "hello_clients", "tcp")
			return experiments.HoldsIf(n == greeted),
				text.Sayf("%s of %d clients in turn were greeted", text.Figure(n), greeted)
		},
	},
	{
		ID: "server-may-change-data", Source: result.Source{result.Doc002}, Experiments: []string{"programs"},
		Statement: "The server may answer with changed data.",
		Rule:      "holds if both answered other bytes than were sent, as agreed",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcp, udp := m.Word("programs", "changed", "tcp"), m.Word("programs", "changed", "udp")
			return experiments.HoldsIf(tcp == "HELLO" && udp == "HELLO"), text.Sayf("%s was answered with %s", helloWord, tcp)
		},
	},
	{
		ID: "five-twelve-chunks", Source: result.Source{result.Doc004}, Experiments: []string{"programs"},
		Statement: "The example moves at most 512 bytes a time and waits for all of them (MSG_WAITALL).",
		Rule:      "holds if every chunk of at most 512 bytes came back whole before the next was sent",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			n := m.Number("programs", "chunks", "tcp")
			return experiments.HoldsIf(n == (chunked+chunk-1)/chunk),
				text.Sayf("of %d bytes %s chunks came back whole", chunked, text.Figure(n))
		},
	},
}
