package registry

import (
	"cmp"
	"slices"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// never is later than everything.
const never = time.Duration(1<<63 - 1)

// visit is when a message passed the server, as seen from the wire.
type visit struct {
	handed   time.Duration // when the last of it was handed to the server
	echoed   time.Duration // when the last byte of its echo was offered
	returned time.Duration // when the last of that was handed to the client
}

// passing reads from the wire when each message passed the server. A message
// of a stream is known by its place among the bytes: every message has the
// same size, and so has every frame.
func passing(w testbed.Workload, t testbed.Transport, packets []packet.Packet) []visit {
	there, back := wholeAt(w, t, packets, fromClient), wholeAt(w, t, packets, fromServer)
	visits := make([]visit, w.Messages)
	for i := range visits {
		visits[i] = visit{handed: there[i], echoed: never, returned: back[i]}
	}
	for _, p := range packets {
		if p.From != fromServer {
			continue
		}
		for _, seq := range messagesIn(w, t, p) {
			visits[seq].echoed = min(visits[seq].echoed, p.Time)
		}
	}
	return visits
}

// wholeAt is when each message of a side had been handed over, all of it.
func wholeAt(w testbed.Workload, t testbed.Transport, packets []packet.Packet, from wire.Side) []time.Duration {
	at, missing := make([]time.Duration, w.Messages), make([][]span, w.Messages)
	frame := t.Framing + w.Size
	for i := range at {
		at[i], missing[i] = never, []span{{i * frame, (i + 1) * frame}}
	}
	for _, p := range handedOver(packets, from) {
		if !t.Stream {
			for _, seq := range messagesIn(w, t, p) {
				at[seq] = min(at[seq], p.Delivered)
			}
			continue
		}
		part := bytesOf(p)
		for seq := max(part.first/frame, 0); seq < w.Messages && seq*frame < part.end; seq++ {
			missing[seq] = without(missing[seq], part)
			if len(missing[seq]) == 0 {
				at[seq] = min(at[seq], p.Delivered)
			}
		}
	}
	return at
}

// span are bytes of a stream, from the first to the one behind the last.
type span struct{ first, end int }

// bytesOf are those that a packet carries: the SYN has number 0, the first byte 1.
func bytesOf(p packet.Packet) span {
	if p.TCP == nil {
		return span{}
	}
	first := int(p.TCP.RelativeSeq) - 1
	return span{first, first + p.Payload}
}

// without is what is left of spans when a part is taken out.
func without(spans []span, part span) []span {
	var left []span
	for _, s := range spans {
		for _, rest := range []span{{s.first, min(s.end, part.first)}, {max(s.first, part.end), s.end}} {
			if rest.first < rest.end {
				left = append(left, rest)
			}
		}
	}
	return left
}

// handedOver are the packets with data of a side that arrived whole, in the order
// in which they did.
func handedOver(packets []packet.Packet, from wire.Side) []packet.Packet {
	var all []packet.Packet
	for _, p := range packets {
		if p.From == from && p.Payload > 0 && p.Fate == link.Delivered {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b packet.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	return all
}

// messagesIn lists the messages whose last byte a packet carries.
func messagesIn(w testbed.Workload, t testbed.Transport, p packet.Packet) []int {
	if p.Payload == 0 {
		return nil
	}
	if !t.Stream {
		if seq, ok := w.Sequence(p.Data); ok {
			return []int{seq}
		}
		return nil
	}
	if p.TCP == nil {
		return nil
	}
	frame := t.Framing + w.Size
	first := bytesOf(p).first
	var all []int
	for seq := first / frame; (seq+1)*frame <= first+p.Payload; seq++ {
		if seq >= 0 && seq < w.Messages && (seq+1)*frame > first {
			all = append(all, seq)
		}
	}
	return all
}

// heldAtClient counts the messages whose echo the client had, and handed over
// only once that of an earlier one, which came later, was there. The order is
// that of the application's reads.
func heldAtClient(visits []visit, arrivals []int) int {
	place := map[int]int{}
	for i, seq := range arrivals {
		if _, again := place[seq]; !again {
			place[seq] = i
		}
	}
	held, slowest := 0, -1 // the message, of those sent before, that came last
	for seq, v := range visits {
		at, read := place[seq]
		if !read {
			continue
		}
		switch {
		case slowest < 0 || v.returned >= visits[slowest].returned:
			slowest = seq
		case at > place[slowest]:
			held++
		}
	}
	return held
}

// handedBy is how many bytes of a side's stream had been handed over by then,
// without a gap.
func handedBy(packets []packet.Packet, from wire.Side, by time.Duration) int {
	var parts []span
	for _, p := range handedOver(packets, from) {
		if p.TCP != nil && p.Delivered < by {
			parts = append(parts, bytesOf(p))
		}
	}
	slices.SortFunc(parts, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	end := 0
	for _, part := range parts {
		if part.first > end {
			break
		}
		end = max(end, part.end)
	}
	return end
}

// heldUp counts the messages that the server had, and echoed only once an
// earlier one, sent before but handed over later, had come. A message behind
// one that never comes is not held up if it is echoed all the same.
func heldUp(visits []visit) int {
	held := 0
	var slowest time.Duration // of the messages sent before
	for _, v := range visits {
		if v.handed < slowest && slowest < never && v.echoed >= slowest {
			held++
		}
		slowest = max(slowest, v.handed)
	}
	return held
}
