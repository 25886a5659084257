package packet

import (
	"cmp"
	"slices"

	"echolab/lab/wire"
)

// Split makes a trace of every conversation of a transport among packets, in
// the order in which they began.
func Split(transport string, packets []Packet) []Trace {
	var all Conversations
	var traces []Trace
	place := map[int]int{} // in traces, by number among all conversations
	for _, p := range packets {
		n := all.Of(p)
		at, known := place[n]
		if !known && (n == 0 || p.Transport() != transport) {
			continue
		}
		if !known {
			at = len(traces)
			place[n] = at
			t := Trace{Transport: transport, Conversation: at + 1}
			t.Client, t.Server = all.Ends(n)
			traces = append(traces, t)
		}
		traces[at].Packets = append(traces[at].Packets, p)
	}
	for i := range traces {
		traces[i].Of = len(traces)
	}
	return traces
}

// Gather makes a trace of one conversation among packets: that of the number
// among those of the transport, from 1. With 0 it is the first one in which
// data passed, or else the first. It is not ok if there is none.
func Gather(transport string, packets []Packet, number int) (t Trace, ok bool) {
	all := Split(transport, packets)
	if number == 0 {
		number = 1 + firstWithData(all)
	}
	if number > len(all) {
		return Trace{Transport: transport, Conversation: number, Of: len(all)}, false
	}
	return all[number-1], true
}

// firstWithData is the place of the first conversation in which data passed, or
// else of the first.
func firstWithData(all []Trace) int {
	return max(slices.IndexFunc(all, func(t Trace) bool { return t.first(carriesData) >= 0 }), 0)
}

// Joined is several conversations of one wire as one trace. Its ends are the
// first client's, and the server's that speaks: no group and no broadcast address.
func Joined(parts []Trace) Trace {
	if len(parts) == 1 {
		return parts[0]
	}
	whole := parts[0]
	whole.Together, whole.Packets = len(parts), nil
	for _, t := range parts {
		whole.Packets = append(whole.Packets, t.Packets...)
	}
	if at := whole.first(func(p Packet) bool { return p.From == wire.Server }); at >= 0 {
		whole.Server = whole.Packets[at].flow().from
	}
	slices.SortStableFunc(whole.Packets, func(a, b Packet) int { return cmp.Compare(a.Time, b.Time) })
	return whole
}

// parts are the conversations of a trace, each with the places of its packets.
func (t Trace) parts() (parts []Trace, places [][]int) {
	var all Conversations
	for i, p := range t.Packets {
		n := all.Of(p) - 1
		if n < 0 {
			continue
		}
		if n == len(parts) {
			part := t
			part.Packets, part.Together = nil, 0
			parts, places = append(parts, part), append(places, nil)
		}
		parts[n].Packets, places[n] = append(parts[n].Packets, p), append(places[n], i)
	}
	return parts, places
}

// Annotations says, for each packet of the trace, what it shows. Most show nothing
// that was not shown before in their conversation.
func (t Trace) Annotations() [][]Annotation {
	if t.Together <= 1 {
		return t.annotations()
	}
	notes := make([][]Annotation, len(t.Packets))
	parts, places := t.parts()
	for i, part := range parts {
		for j, n := range part.annotations() {
			notes[places[i][j]] = n
		}
	}
	return notes
}
