package capture

import (
	"net/netip"
	"slices"
	"sync"
	"time"

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

	mu      sync.Mutex
	queues  []Queue
	queue   [2]int // the last lengths
	sockets []testbed.Socket
	last    map[ends]testbed.Socket
}

// ends are the addresses of a socket, its own first.
type ends [2]netip.AddrPort

// Queue is how many packets of a side wait for the rate of its link, from a time on,
// with the one that is being sent.
type Queue struct {
	Time    time.Duration
	Of      wire.Side
	Packets int
}

// Watch watches the next network that is opened.
func (w *Wires) Watch(o wire.Options) testbed.Watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wires) == mostWires {
		return testbed.Watch{}
	}
	next := &watched{Recorder: NewRecorder(mostPackets), conditions: o, last: map[ends]testbed.Socket{}}
	w.wires = append(w.wires, next)
	return testbed.Watch{Packets: wire.Taps(next.Tap, next.keepQueue), Sockets: next.keepSocket}
}

// keepQueue notes the length of a queue where it has changed.
func (w *watched) keepQueue(e wire.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Queue == w.queue[e.From] || len(w.queues) == 2*mostPackets {
		return
	}
	w.queue[e.From] = e.Queue
	w.queues = append(w.queues, Queue{e.Time, e.From, e.Queue})
}

// keepSocket notes the state of a socket where it has changed.
func (w *watched) keepSocket(s testbed.Socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.Tells(w.last[ends{s.Local, s.Peer}]) && len(w.sockets) < 2*mostPackets {
		w.last[ends{s.Local, s.Peer}] = s
		w.sockets = append(w.sockets, s)
	}
}

// Seen is what was seen of one wire.
type Seen struct {
	Conditions wire.Options
	Queues     []Queue
	Sockets    []testbed.Socket
}

// Seen is what was seen besides packets, wire by wire in the order in which they
// were opened.
func (w *Wires) Seen() []Seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]Seen, len(w.wires))
	for i, one := range w.wires {
		one.mu.Lock()
		all[i] = Seen{one.conditions, slices.Clone(one.queues), slices.Clone(one.sockets)}
		one.mu.Unlock()
	}
	return all
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
	for n, one := range w.wires {
		part := packet.Split(t.Network, one.Packets())
		for i := range part {
			c := &part[i]
			c.Transport, c.Conditions, c.Left, c.Wire = t.Name, one.conditions, one.Left(), n+1
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
