package probe

import (
	"context"
	"fmt"
	"time"
)

// How long the client floods.
const (
	FloodFor      = time.Second
	FloodForQuick = 300 * time.Millisecond
	// nothingLeft is how long nothing comes until nothing is left: on one machine
	// only a processor that is busy elsewhere makes a reader wait.
	nothingLeft = 50 * time.Millisecond
)

// Flood is what one transport did with messages without a pause.
type Flood struct {
	Sent, Got int           // bytes
	Sending   time.Duration // how long the client sent
	reading   time.Duration // until the server had read the last
}

// Offered and arrived are in bits per second.
func (f Flood) Offered() float64 { return float64(f.Sent) * 8 / f.Sending.Seconds() }

func (f Flood) Arrived() float64 { return float64(f.Got) * 8 / f.reading.Seconds() }

// And is one flood behind another.
func (f Flood) And(g Flood) Flood {
	return Flood{f.Sent + g.Sent, f.Got + g.Got, f.Sending + g.Sending, f.reading + g.reading}
}

// FloodInto sends messages for so long, and waits until the server has read
// what is left.
func FloodInto(
	ctx context.Context, w *OneWay, size int, lasts time.Duration, pace *Pacer,
) (f Flood, err error) {
	had, began := w.In.Got(), time.Now()
	within, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	if f.Sent, err = w.Out.Send(within, size, 0, pace); err != nil {
		return f, fmt.Errorf("messages of %d bytes: %w", size, err)
	}
	f.Sending = time.Since(began)
	w.In.Await(ctx, had+f.Sent, w.leftFor())
	f.Got = w.In.Got() - had
	f.reading = max(w.In.Since(began), time.Microsecond)
	return f, context.Cause(ctx)
}
