package experiments

import (
	"context"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var blocking = lab.Experiment{
	ID:       "blocking",
	Title:    "Head-of-line blocking",
	Question: "Does one lost packet hold up the messages behind it?",
	Method:   "a message every 2 ms, each echoed; packets are dropped by their number",
	Place:    lab.OnWire,
	Conditions: wire.Options{
		Client: link.Conditions{Delay: 10 * time.Millisecond, Drop: []int{20}},
		Server: link.Conditions{Delay: 10 * time.Millisecond},
	},
	Accepts: []string{"delay", "drop"},
	Run:     runBlocking,
	Why: "One packet of the client is dropped, by script. UDP misses that one message; all others come when they come. " +
		"TCP must hand over bytes in order, so everything behind the gap waits in the receive buffer until the missing segment has been sent again, " +
		"at least one round trip later. Then it all comes at once. That is head-of-line blocking, and the reason why QUIC has streams of its own.",
	Packets: []string{
		"the client sends a message every two milliseconds; the wire drops its 20th packet",
		"UDP: the messages before and behind it are echoed as if nothing had happened",
		"TCP: the segments behind the gap arrive, are acknowledged by SACK, and wait",
		"TCP: after three duplicate acknowledgements the client sends the missing segment again, one round trip after the first try",
		"TCP: the server reads all that had waited in one go and echoes it",
	},
	Theory: []string{
		"TCP: what is sent within one round trip of the lost packet waits (RFC 9293 3.4)",
		"TCP: the gap lasts one round trip with fast retransmit (RFC 5681 3.2), and up to a timeout of 1 s without (RFC 6298)",
		"UDP: one message is missing, none waits",
	},
	References: []string{"RFC 9293 3.4", "RFC 5681 3.2", "RFC 2018", "RFC 9000 2"},
	Try:        "lab compare blocking --delay 50ms --details",
}

// blockingMessages are enough for the gap to close long before the end.
const blockingMessages = 100

func runBlocking(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	rtt := b.Conditions.Client.Delay + b.Conditions.Server.Delay
	w := b.Workload(2 * time.Millisecond)
	w.Messages = min(w.Messages, blockingMessages)
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (repaired, error) {
		return withDataDropped(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	held := lab.Row("held_up", "Messages held up", "messages")
	gap := lab.Row("worst_gap", "Longest gap of echoes", "ms")
	missing := lab.Row("missing", "Messages missing", "messages")
	dropped := len(b.Conditions.Client.Drop) + len(b.Conditions.Server.Drop)
	for _, t := range b.Transports {
		f := found[t.Name]
		held.Set(t.Name, lab.Num(heldUp(passing(w, t, f.packets))))
		gap.Set(t.Name, lab.Num(milliseconds(worstGap(f.x))))
		missing.Set(t.Name, lab.Num(w.Messages-f.x.Delivered()))
		if t.Reliable {
			missing.ExpectExactly(t.Name, 0)
		} else {
			held.ExpectExactly(t.Name, 0)
			missing.Expect(t.Name, float64(dropped), 0, float64(dropped))
		}
		if t.Reliable && dropped == 1 {
			held.Expect(t.Name, float64(rtt/w.Every), 1, float64(w.Messages))
			gap.Expect(t.Name, milliseconds(rtt), milliseconds(rtt), milliseconds(2*rtt+firstTimeout))
		}
	}
	held.Because("what was sent within one round trip waits for the gap to close")
	gap.Because("fast retransmit needs one round trip, a timeout up to 1 s (RFC 6298)")
	missing.Because("a dropped datagram is one message")
	return lab.Rows(2, held, gap, missing), nil
}

// withDataDropped runs the workload until the script has dropped a packet
// with data: a TCP client now and then sends a bare acknowledgement, and
// losing that would hold up nobody. Each try drops the packet behind.
func withDataDropped(ctx context.Context, b *lab.Bench, t lab.Transport, w lab.Workload) (r repaired, err error) {
	const tries = 5
	for i := range tries {
		later := b.Attempt(i)
		later.Conditions.Client.Drop = nil
		for _, number := range b.Conditions.Client.Drop {
			later.Conditions.Client.Drop = append(later.Conditions.Client.Drop, number+i)
		}
		r, err = lossy(ctx, later, t, w)
		if err != nil || len(b.Conditions.Client.Drop) != 1 || count(r.packets, droppedData) > 0 {
			break
		}
	}
	return r, err
}

func droppedData(p trace.Packet) bool { return p.Fate == link.Lost && p.Payload > 0 }

// firstTimeout is the retransmission timeout before any round trip was
// measured (RFC 6298 section 2.1).
const firstTimeout = time.Second

// worstGap is the longest time between two echoes that follow each other.
func worstGap(x *lab.Exchange) time.Duration {
	var worst, last time.Duration
	for i, seq := range x.Arrivals {
		now := x.Observations[seq].Received
		if i > 0 {
			worst = max(worst, now-last)
		}
		last = max(last, now)
	}
	return worst
}
