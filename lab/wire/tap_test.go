package wire

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"echolab/lab/link"
)

// TestTapsNeverOverlap runs in real time, with both directions busy.
func TestTapsNeverOverlap(t *testing.T) {
	const count = 2000
	var inside, seen atomic.Int32
	all := make(chan struct{})
	c := link.Conditions{Delay: time.Millisecond}
	client, server := newMemory(nil), newMemory(nil)
	w := Connect(client, server, Options{Client: c, Server: c}, func(Event) {
		if inside.Add(1) != 1 {
			t.Error("two taps at once")
		}
		if seen.Add(1) == 4*count { // each packet of both sides is offered and handed over
			close(all)
		}
		inside.Add(-1)
	})
	defer w.Close()
	for i := range count {
		client.sent <- ipv4(byte(i), 100)
		server.sent <- ipv4(byte(i), 100)
	}
	select {
	case <-all:
	case <-time.After(30 * time.Second):
		t.Fatalf("%d events after 30 s, want %d", seen.Load(), 4*count)
	}
}

func TestTaps(t *testing.T) {
	if Taps() != nil || Taps(nil, nil) != nil {
		t.Error("no tap at all is watched")
	}
	var heard []int
	first, second := func(e Event) { heard = append(heard, e.Number) }, func(e Event) { heard = append(heard, -e.Number) }
	Taps(nil, first)(Event{Number: 1})
	Taps(first, nil, second)(Event{Number: 2})
	if want := []int{1, 2, -2}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}
