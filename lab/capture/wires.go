package capture

import (
	"slices"
	"sync"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Bounds of what is kept of a run.
const (
	mostWires   = 100
	mostPackets = 20_000 // of each wire
)

// Wires remembers what passes over the wires of a run. Its zero value has seen
// none. It may be asked once the run is over.
type Wires struct {
	mu    sync.Mutex
	wires []*watched
}

// watched is a wire that was opened.
type watched struct {
	*Recorder
	conditions wire.Options
}

// Tap watches the next wire that is opened.
func (w *Wires) Tap(o wire.Options) wire.Tap {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wires) == mostWires {
		return nil
	}
	next := &watched{NewRecorder(mostPackets), o}
	w.wires = append(w.wires, next)
	return next.Tap
}

// Teaching is the conversation of a transport that shows a lesson; see the
// function of that name.
func (w *Wires) Teaching(t testbed.Transport, l packet.Lesson, own wire.Options) (taught packet.Trace, ok bool) {
	return packet.Teaching(w.byWire(t), l, own)
}

// Conversation is the one of a number, from 1, or nothing.
func (w *Wires) Conversation(t testbed.Transport, number int) []packet.Trace {
	all := w.Conversations(t)
	if number > len(all) {
		return nil
	}
	return all[number-1 : number]
}

// Conversations are all of a transport, wire by wire.
func (w *Wires) Conversations(t testbed.Transport) []packet.Trace {
	return slices.Concat(w.byWire(t)...)
}

// byWire are the conversations of a transport on each wire that has any,
// numbered across all wires.
func (w *Wires) byWire(t testbed.Transport) [][]packet.Trace {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all [][]packet.Trace
	of := 0
	for _, one := range w.wires {
		part := packet.Split(t.Network, one.Packets())
		for i := range part {
			c := &part[i]
			c.Transport, c.Conditions, c.Left = t.Name, one.conditions, one.Left()
			c.Conversation += of
		}
		if len(part) > 0 {
			all = append(all, part)
			of += len(part)
		}
	}
	for _, part := range all {
		for i := range part {
			part[i].Of = of
		}
	}
	return all
}
