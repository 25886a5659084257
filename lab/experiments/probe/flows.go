package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// FlowResult is what one flow did while it was measured, counted on the wire.
type FlowResult struct {
	packet.Flow               // in the time that was measured
	Before      packet.Flow   // until then
	Lasted      time.Duration // the time that was measured
	Started     time.Duration // the time before it
	Ready       bool          // the state was reached
	Restarted   bool          // slow start showed in the last measurement, or again and again before
	Ended       text.Message  // why there was nothing to measure, tried for Lasted; zero if there was
}

// Goodput is the rate of payload that was handed over, in bits per second.
func (r FlowResult) Goodput() float64 { return float64(r.Fresh) * 8 / r.Lasted.Seconds() }

// Sent is the rate of payload that was offered, in bits per second.
func (r FlowResult) Sent() float64 { return float64(r.Offered) * 8 / r.Lasted.Seconds() }

// Bytes a write, and of the packet of one: a datagram fits one packet, and a stream
// never has less than a full segment to send.
const (
	datagramSize   = 1400
	DatagramPacket = datagramSize + theory.UDPHeader + theory.IPv4Header
	chunkSize      = 16 << 10
)

// Overload is how much more a transport that never waits offers than the link
// carries, headers included.
const Overload = 2.0

// RunFlows lets one flow per transport send over the same wire at the same time,
// and reads from the wire what each did. All of them are connected before the
// first one begins, and all are measured over the same interval.
func RunFlows(
	ctx context.Context, b *testbed.Bench, plan FlowPlan, transports ...testbed.Transport,
) (all []FlowResult, err error) {
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return nil, err
	}
	defer Close(n, &err)
	var flows []*BulkFlow
	for i, t := range transports {
		f, broken := dialWithin(ctx, cmp.Or(plan.Dial, b.Longest()/2), n, t)
		if broken != nil {
			return nil, fmt.Errorf("%s flow %d: %w", t.Name, i+1, broken)
		}
		defer Close(f, &err)
		flows = append(flows, f)
	}
	return plan.run(ctx, b, flows, meter)
}

func dialWithin(ctx context.Context, d time.Duration, n testbed.Network, t testbed.Transport) (*BulkFlow, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return OpenBulkFlow(ctx, n, t)
}

// run sends through all flows side by side and measures them.
func (c FlowPlan) run(
	ctx context.Context, b *testbed.Bench, flows []*BulkFlow, meter *packet.Meter,
) ([]FlowResult, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := errgroup.WithContext(running)
	ports := make([]uint16, len(flows))
	for i, f := range flows {
		size, pace := c.sending(b, f.transport, i)
		ports[i] = f.Port()
		g.Go(func() error {
			began := time.Now()
			if _, err := f.Send(running, size, 0, pace); err != nil {
				return &BrokenError{f.transport.Name, i + 1, time.Since(began), err}
			}
			return nil
		})
	}
	all := c.measure(running, meter, ports)
	stop()
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// sending is how the flow with an index sends: in writes of which size, and paced
// how. A transport that waits needs no pace.
func (c FlowPlan) sending(b *testbed.Bench, t testbed.Transport, index int) (size int, pace *Pacer) {
	if size = c.Size; size == 0 && t.Stream {
		size = chunkSize
	} else if size == 0 {
		size = datagramSize
	}
	rate, paced := b.Conditions.Client.Rate, c.Pace
	switch {
	case t.Reliable || rate == 0:
		return size, nil
	case paced.Every == 0:
		chance := rand.New(rand.NewPCG(testbed.Seed(b.Conditions.Seed, "flow", index), 0))
		paced = Pacer{Every: Seconds(DatagramPacket * 8 / (Overload * rate)), Burst: unlimited, Chance: chance}
	}
	return size, &paced
}

// BrokenError tells that a transport gave a flow up.
type BrokenError struct {
	Transport string
	Flow      int // from 1
	After     time.Duration
	Err       error
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s flow %d: %v", e.Transport, e.Flow, e.Err)
}

// Unwrap is the reason.
func (e *BrokenError) Unwrap() error { return e.Err }

// EndedEarly is the result of flows of which one did not connect in time, or was
// given up: on a wire that loses packets both are results. It is not ok where err
// is neither.
func EndedEarly(err error) (r FlowResult, ok bool) {
	var dial *testbed.DialError
	var broken *BrokenError
	switch {
	case errors.As(err, &dial) && dial.Timeout():
		r.Lasted, r.Ended = dial.After, NoConnection(dial.After)
	case errors.As(err, &broken):
		r.Lasted, r.Ended = broken.After, BrokeAfter(broken.After, broken.Err)
	}
	return r, !r.Ended.IsZero()
}

// NoConnection says that nothing was measured because nobody answered.
func NoConnection(after time.Duration) text.Message {
	return text.Sayf("no connection in %s s", text.Figure(after.Seconds()))
}

// BrokeAfter says that nothing was measured because the connection broke.
func BrokeAfter(after time.Duration, err error) text.Message {
	return text.Sayf("the connection broke after %s s (%s)", text.Figure(after.Seconds()), err.Error())
}
