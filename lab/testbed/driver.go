package testbed

import (
	"cmp"
	"context"
	"time"

	"echolab/lab/wire"
)

// DefaultMTU is the largest packet in bytes where a NetworkConfig names none:
// Ethernet's.
const DefaultMTU = 1500

// NetworkConfig says how to open a network.
type NetworkConfig struct {
	Wire       wire.Options
	Taps       []wire.Tap   // watch the wire; any may be nil
	Sockets    func(Socket) // is told the state of TCP's sockets as it changes; may be nil
	Congestion string       // congestion control of TCP; "" is the system's own
	MTU        int          // bytes of the largest packet; 0 is DefaultMTU
	// Bytes that every socket has room for, before its reader and before the
	// wire, on networks that have one; 0 is the system's own size. Linux doubles
	// them, since it counts its own bookkeeping too.
	ReceiveBuffer, SendBuffer int
}

// Driver opens networks of one kind.
type Driver struct {
	Name  string
	Wired bool // has a wire, so that conditions can act
	// Congestion is the congestion control of its TCP where a NetworkConfig names
	// none; "" is the system's own.
	Congestion string
	Open       func(ctx context.Context, c NetworkConfig) (Network, error)
	// Check says why the network cannot open here; nil if it can.
	Check func() error
	// Longest bounds every exchange; 0 is a minute. On a network where waiting
	// costs nothing it may be hours.
	Longest time.Duration
	// Elsewhere runs a job on a machine with a clock of its own; nil runs it here.
	// What is seen of the networks there it hands to the watches that watch makes;
	// watch may be nil. Jobs may run side by side.
	Elsewhere func(ctx context.Context, j Job, watch NewWatch) (Findings, error)
}

// NewTap makes the tap for a wire that is about to be opened, or returns nil.
type NewTap func(o wire.Options) wire.Tap

// longest is how long an exchange may last.
func (d Driver) longest() time.Duration { return cmp.Or(d.Longest, longest) }
