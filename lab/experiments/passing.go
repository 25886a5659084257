package experiments

import (
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// never is later than everything.
const never = time.Duration(1<<63 - 1)

// visit is when a message passed the server, as seen from the wire.
type visit struct {
	handed time.Duration // when its last byte was handed to the server
	echoed time.Duration // when the last byte of its echo was offered
}

// passing reads from the wire when each message passed the server. A message
// of a stream is known by its place among the bytes: every message has the
// same size, and so has every frame.
func passing(w lab.Workload, t lab.Transport, packets []trace.Packet) []visit {
	visits := make([]visit, w.Messages)
	for i := range visits {
		visits[i] = visit{handed: never, echoed: never}
	}
	for _, p := range packets {
		for _, seq := range messagesIn(w, t, p) {
			v := &visits[seq]
			switch {
			case p.From == wire.Client && p.Fate == link.Delivered:
				v.handed = min(v.handed, p.Delivered)
			case p.From == wire.Server:
				v.echoed = min(v.echoed, p.Time)
			}
		}
	}
	return visits
}

// messagesIn lists the messages whose last byte a packet carries.
func messagesIn(w lab.Workload, t lab.Transport, p trace.Packet) []int {
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
	first := int(p.TCP.RelativeSeq) - 1 // the SYN has number 0, the first byte 1
	var all []int
	for seq := first / frame; (seq+1)*frame <= first+p.Payload; seq++ {
		if seq >= 0 && seq < w.Messages && (seq+1)*frame > first {
			all = append(all, seq)
		}
	}
	return all
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
