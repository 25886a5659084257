package virtual_test

import (
	"context"
	"testing"
	"time"

	"echolab/lab/networks/virtual"
	"echolab/lab/testbed"
)

// TestBacklog: so many connections wait for Accept, and one more gets no answer.
func TestBacklog(t *testing.T) {
	const backlog = 3
	n, err := virtual.Open(t.Context(), testbed.NetworkConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	l, err := n.Server().Listen(t.Context(), "tcp", n.Server().Addr().String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.(*virtual.Listener).SetBacklog(backlog); err != nil {
		t.Fatal(err)
	}
	for i := range backlog + 1 {
		patience := 10 * time.Second
		if i == backlog {
			patience = 100 * time.Millisecond // for an answer that never comes
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := n.Client().DialContext(ctx, "tcp", l.Addr().String())
		cancel()
		if connected := err == nil; connected != (i < backlog) {
			t.Errorf("client %d is connected: %v (%v)", i+1, connected, err)
		}
		untilEstablished(t, n.Server(), min(i+1, backlog))
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := l.(*virtual.Listener).SetBacklog(backlog); err == nil {
		t.Error("a closed listener takes a backlog")
	}
}

// untilEstablished waits until a host has so many connections. A client is
// connected as soon as the SYN-ACK is there; the server is when it has worked on
// the acknowledgement of that, too.
func untilEstablished(t *testing.T, host testbed.Host, connections int) {
	t.Helper()
	for range 10_000 {
		states, err := host.(*virtual.Host).States()
		if err != nil {
			t.Fatal(err)
		}
		if states["ESTABLISHED"] == connections {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("the server never had %d connections", connections)
}
