package trace

import (
	"slices"
	"sync"

	"echolab/lab"
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
func (w *Wires) Tap(_ lab.Experiment, o wire.Options) wire.Tap {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wires) == mostWires {
		return nil
	}
	next := &watched{NewRecorder(mostPackets), o}
	w.wires = append(w.wires, next)
	return next.Tap
}

// Conversations are all of a transport, wire by wire.
func (w *Wires) Conversations(t lab.Transport) []Trace {
	var all []Trace
	for _, part := range w.byWire(t) {
		all = append(all, part...)
	}
	return all
}

// byWire are the conversations of a transport on each wire that has any,
// numbered across all wires.
func (w *Wires) byWire(t lab.Transport) [][]Trace {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all [][]Trace
	of := 0
	for _, one := range w.wires {
		part := Split(t.Network, one.Packets())
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

// Teaching is the conversation of a transport that shows a lesson: the first
// that has what is to be seen. Where none has, it is the longest under the
// experiment's own conditions, and says what is not seen there; where nothing special is to be seen, the first one in
// which data passed, or else the first. It is not ok if there is none at all.
func (w *Wires) Teaching(t lab.Transport, l lab.Lesson, own wire.Options) (taught Trace, ok bool) {
	all := w.byWire(t)
	for _, sight := range l.Shows {
		for _, part := range all {
			for i := range part {
				if len(sights[sight](part[i])) > 0 {
					return shown(part, i, l, sight), true
				}
			}
		}
	}
	if len(l.Shows) > 0 {
		taught, ok = longest(all, own)
		taught.Unseen = l.Shows[0]
		return taught, ok
	}
	for _, part := range all {
		if at := talkative(part); part[at].first(carriesData) >= 0 {
			return shown(part, at, l, ""), true
		}
	}
	if len(all) == 0 {
		return Trace{}, false
	}
	return shown(all[0], 0, l, ""), true
}

// longest is the conversation with the most packets, of those under the given
// conditions if there are any.
func longest(all [][]Trace, under wire.Options) (most Trace, ok bool) {
	fit := false // most is under these conditions
	for _, t := range slices.Concat(all...) {
		fits := alike(t.Conditions, under)
		if !ok || fits && !fit || fits == fit && len(t.Packets) > len(most.Packets) {
			most, ok, fit = t, true, fits
		}
	}
	return most, ok
}

// alike reports whether two wires have the same laws.
func alike(a, b wire.Options) bool {
	return a.Client.String() == b.Client.String() && a.Server.String() == b.Server.String()
}

// shown is a conversation, alone or with the others of its wire, with what is
// to be seen in it marked.
func shown(part []Trace, at int, l lab.Lesson, sight lab.Sight) Trace {
	t := part[at]
	if l.Together {
		t = joined(part)
	}
	if see := sights[sight]; see != nil {
		t.Marks = see(t)
	}
	return t
}
