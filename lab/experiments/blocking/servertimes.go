package blocking

import (
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// serverTimes is when a message passed the server, as seen from the wire.
type serverTimes struct {
	handed   time.Duration // when the last of it was handed to the server
	echoed   time.Duration // when the last byte of its echo was offered
	returned time.Duration // when the last of that was handed to the client
}

// serverTimesOf reads from the wire when each message passed the server. A message
// of a stream is known by its place among the bytes: every message has the
// same size, and so has every frame.
func serverTimesOf(w testbed.Workload, t testbed.Transport, packets []packet.Packet) []serverTimes {
	there, back := wholeAt(w, t, packets, wire.Client), wholeAt(w, t, packets, wire.Server)
	times := make([]serverTimes, w.Messages)
	for i := range times {
		times[i] = serverTimes{handed: there[i], echoed: probe.Never, returned: back[i]}
	}
	for _, p := range packets {
		if p.From != wire.Server {
			continue
		}
		for _, seq := range messagesIn(w, t, p) {
			times[seq].echoed = min(times[seq].echoed, p.Time)
		}
	}
	return times
}

// wholeAt is when each message of a side had been handed over, all of it.
func wholeAt(w testbed.Workload, t testbed.Transport, packets []packet.Packet, from wire.Side) []time.Duration {
	at, missing := make([]time.Duration, w.Messages), make([][]probe.Span, w.Messages)
	frame := t.Framing + w.Size
	for i := range at {
		at[i], missing[i] = probe.Never, []probe.Span{{First: i * frame, End: (i + 1) * frame}}
	}
	for _, p := range probe.HandedOver(packets, from) {
		if !t.Stream {
			for _, seq := range messagesIn(w, t, p) {
				at[seq] = min(at[seq], p.Delivered)
			}
			continue
		}
		part := probe.BytesOf(p)
		for seq := max(part.First/frame, 0); seq < w.Messages && seq*frame < part.End; seq++ {
			missing[seq] = without(missing[seq], part)
			if len(missing[seq]) == 0 {
				at[seq] = min(at[seq], p.Delivered)
			}
		}
	}
	return at
}

// without is what is left of spans when a part is taken out.
func without(spans []probe.Span, part probe.Span) []probe.Span {
	var left []probe.Span
	for _, s := range spans {
		for _, rest := range []probe.Span{
			{First: s.First, End: min(s.End, part.First)}, {First: max(s.First, part.End), End: s.End},
		} {
			if rest.First < rest.End {
				left = append(left, rest)
			}
		}
	}
	return left
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
	first := probe.BytesOf(p).First
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
func heldAtClient(times []serverTimes, arrivals []int) int {
	place := map[int]int{}
	for i, seq := range arrivals {
		if _, again := place[seq]; !again {
			place[seq] = i
		}
	}
	held, slowest := 0, -1 // the message, of those sent before, that came last
	for seq, v := range times {
		at, read := place[seq]
		if !read {
			continue
		}
		switch {
		case slowest < 0 || v.returned >= times[slowest].returned:
			slowest = seq
		case at > place[slowest]:
			held++
		}
	}
	return held
}

// heldUp counts the messages that the server had, and echoed only once an
// earlier one, sent before but handed over later, had come. A message behind
// one that never comes is not held up if it is echoed all the same.
func heldUp(times []serverTimes) int {
	held := 0
	var slowest time.Duration // of the messages sent before
	for _, v := range times {
		if v.handed < slowest && slowest < probe.Never && v.echoed >= slowest {
			held++
		}
		slowest = max(slowest, v.handed)
	}
	return held
}
