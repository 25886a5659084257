package close

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// recordedWire is a wire whose packets are recorded, and whose clock is known.
type recordedWire struct {
	*capture.Recorder
	mu     sync.Mutex
	joined time.Time
}

func (w *recordedWire) tap(e wire.Event) {
	w.mu.Lock()
	w.joined = e.Joined
	w.mu.Unlock()
	w.Tap(e)
}

// quiet waits until the wire shows what is looked for, and then for what may
// still follow of it: that takes a round trip, or a timer of 40 ms, which is
// Linux's for acknowledgements.
func (w *recordedWire) quiet(ctx context.Context, trip time.Duration, shown func([]packet.Packet) bool) error {
	if err := probe.AwaitOnWire(ctx, w.Recorder, probe.EchoTimeout+4*trip, shown); err != nil {
		return err
	}
	return probe.Pause(ctx, 2*trip+60*time.Millisecond)
}

// timedEcho is what one echo took, from the call of write on.
type timedEcho struct {
	write   time.Duration // until write returned
	arrival time.Duration // until the wire handed the message to the server; 0 if it did not
	rtt     time.Duration // until the echo was read
}

// early reports whether the write returned before the message had arrived.
func (e timedEcho) early() bool { return e.write < e.arrival }

// echoTries bounds how often an echo is timed. One write that returns early is
// enough to show what write waits for; one that returns late may have waited
// for a busy machine.
const echoTries = 3

// timeEchoes sends messages until one write returns early.
func (w *recordedWire) timeEchoes(conn net.Conn, wait time.Duration) (e timedEcho, err error) {
	for i := 0; i < echoTries && !e.early(); i++ {
		var began time.Time
		if began, e, err = timeEcho(conn, wait); err != nil {
			return e, err
		}
		e.arrival = max(0, w.arrivalOf(i).Sub(began))
	}
	return e, nil
}

// timeEcho sends one message and waits for its echo.
func timeEcho(conn net.Conn, wait time.Duration) (began time.Time, e timedEcho, err error) {
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return began, e, fmt.Errorf("set the deadline: %w", err)
	}
	message := []byte("goodbye")
	began = time.Now()
	if _, err := conn.Write(message); err != nil {
		return began, e, fmt.Errorf("write: %w", err)
	}
	e.write = time.Since(began)
	if _, err := io.ReadFull(conn, make([]byte, len(message))); err != nil {
		return began, e, fmt.Errorf("read the echo: %w", err)
	}
	e.rtt = time.Since(began)
	return began, e, nil
}

// arrivalOf is when the wire handed message number i, from 0, to the server.
func (w *recordedWire) arrivalOf(i int) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.joined.Add(messageArrival(w.Packets(), i))
}
