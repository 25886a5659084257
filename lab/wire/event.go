package wire

import (
	"time"

	"echolab/lab/link"
)

// Side is the host that a packet comes from.
type Side int

// The two ends of a wire.
const (
	Client Side = iota
	Server
)

// Event is what happened to one packet at one moment. Every packet makes one
// event when its host offers it (Queued, Lost or Overflowed) and, if it was
// Queued, another when the other host is handed it (Delivered or Corrupted).
type Event struct {
	Time   time.Duration // since the wire was joined
	From   Side
	Number int  // the packet's number among those of its side, from 1; a copy has its original's
	Copy   bool // made by the link ("duplicate")
	Fate   link.Fate
	Cause  link.Cause
	Late   time.Duration // how long after its time it was handed over: the machine was busy
	Packet []byte        // the IP packet as it was at that moment; valid until the tap returns
}

// Tap watches a wire. Calls never overlap. A slow tap slows the wire. A tap
// must not call the wire: it is called while a packet is being handed over.
type Tap func(Event)

// Options says how to join two devices.
type Options struct {
	Client link.Conditions // what packets from the client meet
	Server link.Conditions // what packets from the server meet
	Seed   uint64          // decides every random fate; the same seed, the same fates
	Tap    Tap             // may be nil
}
