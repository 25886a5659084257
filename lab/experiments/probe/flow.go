package probe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"echolab/lab/testbed"
)

// BulkFlow is data in one direction: the server discards it, and counts.
type BulkFlow struct {
	Sink      *Sink
	Dialed    time.Time // when the client began to dial
	transport testbed.Transport
	conn      net.Conn
}

// OpenBulkFlow connects a client to a sink on the network's server. The error is
// a timeout where nobody answered in the time that ctx leaves.
func OpenBulkFlow(ctx context.Context, n testbed.Network, t testbed.Transport) (*BulkFlow, error) {
	sink, err := openSink(ctx, n, t)
	if err != nil {
		return nil, err
	}
	f := &BulkFlow{Sink: sink, Dialed: time.Now(), transport: t}
	f.conn, err = n.Client().DialContext(ctx, t.Network, sink.Address)
	if err != nil {
		err = &testbed.DialError{Transport: t.Name, Server: sink.Address, After: time.Since(f.Dialed), Err: err}
		return nil, errors.Join(err, sink.Close())
	}
	return f, nil
}

// Port is the client's.
func (f *BulkFlow) Port() uint16 { return PortOf(f.conn.LocalAddr()) }

// Close ends the flow without waiting for what is still in its buffer.
func (f *BulkFlow) Close() error {
	Abort(f.conn)
	return f.Sink.Close()
}

// Send writes messages of size bytes until total bytes are written, where that is
// not 0, or ctx ends. It returns how many bytes the system took. The last message
// is shorter where total is no multiple; pace may be nil.
func (f *BulkFlow) Send(ctx context.Context, size, total int, pace *Pacer) (sent int, err error) {
	release, err := f.stopWith(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	message := make([]byte, size)
	for total == 0 || sent < total {
		if pace != nil && pace.wait(ctx) != nil || ctx.Err() != nil {
			return sent, nil
		}
		if total > 0 {
			message = message[:min(size, total-sent)]
		}
		n, err := f.conn.Write(message)
		sent += n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return sent, nil
		}
		if err != nil {
			return sent, fmt.Errorf("write: %w", err)
		}
	}
	return sent, nil
}

// stopWith makes writes end with ctx. After release it changes nothing any more.
func (f *BulkFlow) stopWith(ctx context.Context) (release func(), err error) {
	if err := f.conn.SetWriteDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("set the deadline: %w", err)
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = f.conn.SetWriteDeadline(time.Unix(1, 0)) // a closed connection takes no writes either
	})
	return func() {
		if !stop() {
			<-ended
		}
	}, nil
}

// ThroughputSample is what passed while a client sent for a while.
type ThroughputSample struct {
	Sent, Got int           // bytes
	Sending   time.Duration // how long the client sent
	reading   time.Duration // until the server had read the last byte
}

// Offered is the rate of sending, in bits per second.
func (s ThroughputSample) Offered() float64 { return float64(s.Sent) * 8 / s.Sending.Seconds() }

// Arrived is the rate of reading, in bits per second.
func (s ThroughputSample) Arrived() float64 { return float64(s.Got) * 8 / s.reading.Seconds() }

// Plus is one sample followed by another.
func (s ThroughputSample) Plus(next ThroughputSample) ThroughputSample {
	return ThroughputSample{s.Sent + next.Sent, s.Got + next.Got, s.Sending + next.Sending, s.reading + next.reading}
}

// nothingLeft is how long nothing comes until nothing is left: on one machine
// only a processor that is busy elsewhere makes a reader wait.
const nothingLeft = 50 * time.Millisecond

// SendFor sends messages for as long as lasts says, and waits until the server has
// read what is left. What a reliable transport has taken does come.
func (f *BulkFlow) SendFor(
	ctx context.Context, size int, lasts time.Duration, pace *Pacer,
) (s ThroughputSample, err error) {
	had, began := f.Sink.Got(), time.Now()
	within, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	if s.Sent, err = f.Send(within, size, 0, pace); err != nil {
		return s, fmt.Errorf("messages of %d bytes: %w", size, err)
	}
	s.Sending = time.Since(began)
	silence := nothingLeft
	if f.transport.Reliable {
		silence = EchoTimeout
	}
	f.Sink.Await(ctx, had+s.Sent, silence)
	s.Got = f.Sink.Got() - had
	s.reading = max(f.Sink.Since(began), time.Microsecond)
	return s, context.Cause(ctx)
}

// Pacer spaces messages evenly.
type Pacer struct {
	Every time.Duration
	// Burst is how many messages a sender that was kept from the processor may
	// catch up with at once; unlimited is all. A burst that fills a queue would be the
	// machine's fault, and look like the link's.
	Burst int
	// Chance moves every message to somewhere in its slot; nil leaves it at the
	// beginning. Of two flows in even steps, the one that falls into step with the
	// queue would get all (phase effects, Floyd, Jacobson 1991).
	Chance *rand.Rand
	due    time.Time
}

// unlimited is a Burst of all messages that are due.
const unlimited = -1

// wait returns when the next message may go, or ctx ends.
func (p *Pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.due.IsZero() {
		p.due = now
	}
	if earliest := now.Add(-time.Duration(p.Burst) * p.Every); p.Burst != unlimited && p.due.Before(earliest) {
		p.due = earliest
	}
	due := p.due
	p.due = due.Add(p.Every)
	if p.Chance != nil {
		due = due.Add(time.Duration(p.Chance.Float64() * float64(p.Every)))
	}
	if left := due.Sub(now); left > 0 {
		return Pause(ctx, left)
	}
	return nil
}

// Abort closes a connection without waiting for what is still in its buffer,
// where it has such a thing.
func Abort(conn net.Conn) {
	if l, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = conn.Close()
}

// PortOf is the port of an address of TCP or UDP; 0 of others.
func PortOf(a net.Addr) uint16 {
	switch a := a.(type) {
	case *net.TCPAddr:
		return uint16(a.Port)
	case *net.UDPAddr:
		return uint16(a.Port)
	}
	return 0
}
