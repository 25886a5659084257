package wire

import (
	"slices"
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

// String is the side's name: "client", "server".
func (s Side) String() string { return [...]string{"client", "server"}[s] }

// Event is what happened to one packet at one moment. Every packet makes one
// event when its host offers it (Queued, Lost or Overflowed) and, if it was
// Queued, another when the other host is handed it (Delivered or Corrupted).
type Event struct {
	Joined time.Time     // when the wire was
	Time   time.Duration // since then
	From   Side
	Number int  // the packet's number among those of its side, from 1; a copy has its original's
	Copy   bool // made by the link
	Fate   link.Fate
	Cause  link.Cause
	Queue  int           // packets of its side that wait for the rate now, with the one that is being sent
	Late   time.Duration // how long after its time it was handed over: the machine was busy
	Packet []byte        // the IP packet as it was at that moment; valid until the tap returns
}

// Tap watches a wire. Calls never overlap. A slow tap slows the wire. A tap
// must not call the wire: it is called while a packet is being handed over.
type Tap func(Event)

// Taps is a tap that calls several in turn. Any of them may be nil; it is nil
// itself if all are.
func Taps(taps ...Tap) Tap {
	taps = slices.DeleteFunc(slices.Clone(taps), func(t Tap) bool { return t == nil })
	switch len(taps) {
	case 0:
		return nil
	case 1:
		return taps[0]
	}
	return func(e Event) {
		for _, tap := range taps {
			tap(e)
		}
	}
}
