package tcp_test

import (
	"context"
	"testing"
	"time"

	"echolab/tcp"
)

// TestBacklog: on Linux, one connection more than the backlog may wait, and
// the next is not answered.
func TestBacklog(t *testing.T) {
	for backlog, waits := range map[int]bool{0: false, 1: true} {
		s, err := tcp.Listen(t.Context(), tcp.System{}, "127.0.0.1:0", tcp.ServerOptions{Backlog: backlog})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		dial(t, s, tcp.ClientOptions{}) // connected, though nobody accepts
		dial(t, s, tcp.ClientOptions{})
		limit := patience
		if waits {
			limit = 100 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		third, err := tcp.Dial(ctx, tcp.System{}, s.Addr().String(), tcp.ClientOptions{})
		if (err != nil) != waits {
			t.Errorf("backlog %d, third connection: %v", backlog, err)
		}
		if err == nil {
			third.Close()
		}
	}
}
