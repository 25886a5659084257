package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
)

var throughput = lab.Experiment{
	ID:       "throughput",
	Title:    "Data transfer rate",
	Question: "How much gets through when both send as fast as they can?",
	Method:   "message after message without a pause, each echoed; with several sizes",
	Place:    lab.OnLocalhost,
	Alone:    true,
	Run:      runThroughput,
	Why: "Both get the same messages of the same size and send them without a pause. TCP waits when the receiver is full and so delivers " +
		"everything; UDP never waits, and what the receiver's buffer has no room for is gone. With small messages the rate is bounded by " +
		"system calls, one a message and direction, which cost both about the same; TCP may carry many messages in one segment. " +
		"Loopback is no network: its packets are up to 64 KiB and touch no hardware.",
	Packets: []string{
		"the client sends message after message and never waits for an echo",
		"TCP: when the server's receive buffer is full its window is zero, and the client's write waits",
		"UDP: when the server's receive buffer is full the system drops the datagram, and nobody is told",
		"the goodput counts only the bytes of messages that came back whole",
	},
	Theory: []string{
		"TCP loses nothing: its sender waits for the receiver's window (RFC 9293 3.8.6)",
		"nothing else by number: how fast it goes is the machine's affair",
	},
	Claims:     rateClaims,
	References: []string{"RFC 9293 3.8.6", "RFC 768", "RFC 8085 3.1"},
	Try:        "lab compare throughput --size 1400 --details",
}

// budget is how many bytes a size may move, and most how many messages, so
// that every size takes about as long.
const (
	budget = 4 << 20
	most   = 8000
)

// sizes are the message sizes that the details show beside the user's own.
var sizes = []int{64, 1400, 8192}

// flood is what one transport achieved at one message size.
type flood struct {
	goodput   float64 // bits per second of messages that came back
	perSecond float64 // messages per second that came back
	lost      float64 // percent
}

func runThroughput(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	goodput := lab.Row("goodput", "Goodput", "Mbit/s")
	perSecond := lab.Row("messages_per_second", "Messages", "1/s")
	lost := lab.Row("lost", "Lost", "%")
	rows := []*lab.Measurement{goodput, lost, perSecond}
	err := floodAll(ctx, b.Attempt(0), b.Options.Size, func(t lab.Transport, f flood) {
		goodput.Set(t.Name, lab.Num(f.goodput/1e6))
		perSecond.Set(t.Name, lab.Num(f.perSecond))
		lost.Set(t.Name, lab.Num(f.lost))
		if t.Reliable {
			lost.ExpectExactly(t.Name, 0)
			lost.Because("a reliable transport waits instead of losing (RFC 9293 3.8.6)")
		}
	})
	if err != nil {
		return nil, err
	}
	for i, size := range sizes {
		row := lab.Row(fmt.Sprintf("goodput_%d", size), "Goodput at other sizes", "Mbit/s")
		row.Label = lab.Say("Goodput, messages of %d bytes", size)
		rows = append(rows, row)
		err := floodAll(ctx, b.Attempt(1+i), size, func(t lab.Transport, f flood) {
			row.Set(t.Name, lab.Num(f.goodput/1e6))
		})
		if err != nil {
			return nil, err
		}
	}
	return lab.Rows(2, rows...), nil
}

// floodAll floods every transport in turn with messages of one size.
func floodAll(ctx context.Context, b *lab.Bench, size int, found func(lab.Transport, flood)) error {
	for _, t := range b.Transports {
		f, err := floodOne(ctx, b, t, size)
		if err != nil {
			return fmt.Errorf("%s, messages of %d bytes: %w", t.Name, size, err)
		}
		found(t, f)
	}
	return nil
}

// floodOne sends the whole workload without a pause.
func floodOne(ctx context.Context, b *lab.Bench, t lab.Transport, size int) (f flood, err error) {
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, nil)
	if err != nil {
		return f, err
	}
	defer end(s, &err)
	w := b.Workload(0)
	w.Size = size
	w.Messages = min(budget/size, most)
	if b.Options.Quick {
		w.Messages /= 4
	}
	x, err := lab.Echo(ctx, s.Client, w, b.Patience(t, w))
	if err != nil {
		return f, err
	}
	seconds := max(x.Elapsed, time.Microsecond).Seconds()
	f.perSecond = float64(x.Delivered()) / seconds
	f.goodput = f.perSecond * float64(size) * 8
	f.lost = percent(w.Messages-x.Delivered(), w.Messages)
	return f, nil
}
