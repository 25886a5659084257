package sockets

import (
	"net/netip"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/networks/procnet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// socket is a line of the system's table.
func socket(local, remote netip.AddrPort, state string) procnet.Socket {
	return procnet.Socket{Local: local, Remote: remote, State: state}
}

// TestOfServer: the listening socket and those tied to the clients are the
// server's, whatever ports they have; sockets that close serve nobody, and
// other people's sockets are nobody's business.
func TestOfServer(t *testing.T) {
	at := netip.MustParseAddrPort
	server, none := at("127.0.0.1:9000"), at("0.0.0.0:0")
	clients := []netip.AddrPort{at("127.0.0.1:40001"), at("127.0.0.1:40002")}
	base := []procnet.Socket{
		socket(server, none, procnet.Listen),
		socket(server, clients[0], procnet.Established), socket(server, clients[1], procnet.Established),
		// the clients' own
		socket(clients[0], server, procnet.Established), socket(clients[1], server, procnet.Established),
		// those of other servers, and of another client
		socket(at("127.0.0.1:9001"), none, procnet.Listen), socket(at("10.0.0.1:9000"), none, procnet.Listen),
		socket(server, at("127.0.0.1:40003"), procnet.Established),
		socket(at("127.0.0.1:50000"), at("10.0.0.1:40001"), procnet.Established),
	}
	for _, c := range []struct {
		name           string
		more           []procnet.Socket
		sockets, ports int
		states         text.Phrase
	}{
		{"two clients", nil, 3, 1, "LISTEN, 2 ESTABLISHED"},
		{"closing ones", []procnet.Socket{
			socket(server, clients[0], procnet.TimeWait), socket(server, clients[1], "LAST-ACK"),
		}, 3, 1, "LISTEN, 2 ESTABLISHED"},
		{"a port of its own for a client", []procnet.Socket{
			socket(at("127.0.0.1:9002"), clients[1], procnet.Established),
		}, 4, 2, "LISTEN, 3 ESTABLISHED"},
	} {
		var got socketCounts
		got.count(ofServer(append(base, c.more...), server, clients))
		if got.sockets != c.sockets || got.ports != c.ports || got.states != c.states {
			t.Errorf("%s: %+v, want %d sockets, %d ports, %s", c.name, got, c.sockets, c.ports, c.states)
		}
	}
	var udp socketCounts
	udp.count(ofServer([]procnet.Socket{
		socket(server, none, procnet.Closed), socket(clients[0], server, procnet.Established),
	}, server, clients))
	if udp.sockets != 1 || udp.ports != 1 || udp.states != "UNCONNECTED" {
		t.Errorf("UDP: %+v", udp)
	}
}

func TestServing(t *testing.T) {
	for s, want := range map[string]bool{
		procnet.Listen: true, procnet.Established: true, procnet.Closed: true,
		procnet.TimeWait: false, "LAST-ACK": false, "": false,
	} {
		if got := serving(s); got != want {
			t.Errorf("a socket in %q serves: %v, want %v", s, got, want)
		}
	}
}

func TestReachedOn(t *testing.T) {
	for _, c := range []struct {
		system    string
		transport testbed.Transport
		want      int
	}{
		{"linux", transports.TCP, 2}, {"linux", transports.UDP, 1}, {"darwin", transports.TCP, 1}, {"darwin", transports.UDP, 1}, {"windows", transports.TCP, 0},
	} {
		if got := reachedOn(c.system, c.transport); got != c.want {
			t.Errorf("%s on %s is reached at %d addresses, want %d", c.transport.Name, c.system, got, c.want)
		}
	}
}

// TestCountSessions: a server that is busy with one client answers no other.
func TestCountSessions(t *testing.T) {
	for iterative, want := range map[bool]int{false: 2, true: 1} {
		synctest.Test(t, func(t *testing.T) {
			b := &testbed.Bench{Transports: transports.Transports(), Driver: (&probetest.Opened{}).Memory()}
			s, err := b.Start(t.Context(), transports.TCP, testbed.ServerOptions{Iterative: iterative}, testbed.ClientOptions{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			second, err := transports.TCP.Dial(t.Context(), s.Network.Client(), s.Server.Addr().String(), testbed.ClientOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer second.Close()
			if got := countSessions([]testbed.Client{s.Client, second}); got != want {
				t.Errorf("iterative %v: %d sessions, want %d", iterative, got, want)
			}
		})
	}
}
