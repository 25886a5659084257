package udp_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"echolab/lab/labtest/peer"
	"echolab/udp"
)

// portOf is a server's port, for programs that are told nothing else.
func portOf(t *testing.T, s *udp.Server) string {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// reach makes a client for a program's server.
func reach(t *testing.T, port string) *udp.Client {
	t.Helper()
	c, err := udp.Dial(t.Context(), udp.System{}, "127.0.0.1:"+port, udp.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	within(t, c, patience)
	return c
}

// Our server, their clients.

func TestClients(t *testing.T) {
	port := portOf(t, serve(t, udp.ServerOptions{}))
	t.Run("c", func(t *testing.T) {
		p := peer.Start(t, append(peer.Ours(t, "udp_client.c"), port)...)
		long := strings.Repeat("0123456789", 50)
		p.Type("hello")
		p.Line("6 bytes: hello")
		p.Type(long)
		p.Line("501 bytes: " + long)
		p.EndInput()
		p.Ended()
	})
	t.Run("python", func(t *testing.T) {
		p := peer.Start(t, append(peer.Ours(t, "udp_client.py"), port, "한 마디")...)
		p.Line("한 마디")
		p.Ended()
	})
}

func TestTools(t *testing.T) {
	port := portOf(t, serve(t, udp.ServerOptions{}))
	for _, command := range [][]string{
		{"nc", "-u", "127.0.0.1", port},
		{"socat", "-", "UDP:127.0.0.1:" + port},
	} {
		t.Run(command[0], func(t *testing.T) {
			p := peer.Start(t, command...)
			for _, line := range []string{"hello", "and goodbye"} {
				p.Type(line)
				p.Line(line)
			}
		})
	}
}

// Our client, their servers.

func TestServers(t *testing.T) {
	for name, answer := range map[string]string{"udp_server.c": "Hello 한글", "udp_server.py": "HELLO 한글"} {
		t.Run(name, func(t *testing.T) {
			port := peer.Start(t, peer.Ours(t, name)...).Port()
			first, second := reach(t, port), reach(t, port)
			for _, c := range []*udp.Client{first, second} {
				if err := c.Send([]byte("Hello 한글")); err != nil {
					t.Fatal(err)
				}
			}
			want(t, second, answer)
			want(t, first, answer)
		})
	}
}

func TestToolServer(t *testing.T) {
	// Nothing tells when socat listens, so the client asks until it answers.
	port := peer.FreePort(t)
	peer.Start(t, "socat", "UDP-LISTEN:"+port+",bind=127.0.0.1,fork", "EXEC:cat")
	c := reach(t, port)
	eventually(t, "an echo", func() bool {
		within(t, c, 100*time.Millisecond)
		buf := make([]byte, 10)
		if c.Send([]byte("hello")) != nil {
			return false
		}
		n, err := c.Receive(buf)
		return err == nil && string(buf[:n]) == "hello"
	})
}
