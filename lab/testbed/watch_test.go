package testbed

import (
	"testing"
	"time"

	"echolab/lab/wire"
)

// TestWatches: what is seen is told to all who watch, and without anybody nothing is.
func TestWatches(t *testing.T) {
	if none := Watches(Watch{}, Watch{}); none.Packets != nil || none.Sockets != nil {
		t.Error("nobody watches, and somebody is told")
	}
	packets, sockets := 0, 0
	both := Watch{Packets: func(wire.Event) { packets++ }, Sockets: func(Socket) { sockets++ }}
	w := Watches(both, Watch{}, both)
	w.Packets(wire.Event{})
	w.Sockets(Socket{})
	if packets != 2 || sockets != 2 {
		t.Errorf("%d told of a packet, %d of a socket; want two each", packets, sockets)
	}
}

// TestTells: a state is news if more than its time has changed.
func TestTells(t *testing.T) {
	before := Socket{Time: time.Second, Cwnd: 10}
	after := before
	after.Time = 2 * time.Second
	if after.Tells(before) {
		t.Error("only the time has changed")
	}
	if after.Cwnd = 11; !after.Tells(before) {
		t.Error("the window has changed")
	}
}
