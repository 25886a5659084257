package netstack_test

import (
	"context"
	"testing"
	"time"

	"echolab/lab"
	"echolab/lab/netstack"
)

// TestBacklog: so many connections wait for Accept, and one more gets no answer.
func TestBacklog(t *testing.T) {
	const backlog = 3
	n, err := netstack.Open(t.Context(), lab.Setup{})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	l, err := n.Server().Listen(t.Context(), "tcp", n.Server().Addr().String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.(*netstack.Listener).SetBacklog(backlog); err != nil {
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
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := l.(*netstack.Listener).SetBacklog(backlog); err == nil {
		t.Error("a closed listener takes a backlog")
	}
}
