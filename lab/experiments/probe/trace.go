package probe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"echolab/lab/capture"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

const (
	// recordedPackets bounds what is kept of one echo.
	recordedPackets = 10_000
	// connectTimeout is how long Echo waits for a handshake: long enough for a
	// SYN that is lost three times (RFC 6298: after 1, 3 and 7 seconds).
	connectTimeout = 9 * time.Second
	// teardownTimeout is how long Echo waits for a connection to close: a FIN
	// may be lost a few times, and every timeout is twice the one before.
	teardownTimeout = 5 * time.Second
	// sendTimeout bounds the exchange that Send has.
	sendTimeout = 20 * time.Second
)

// Echo sends one message of the given size through transport t and back, over a
// fresh network under the bench's conditions, and records every packet from
// the first SYN to the last FIN. A message or a connection that fails is an
// outcome, not an error.
func Echo(ctx context.Context, b *testbed.Bench, t testbed.Transport, size int) (packet.Trace, error) {
	rec := capture.NewRecorder(recordedPackets)
	outcome, err := echo(ctx, b, t, size, rec)
	if ctx.Err() != nil {
		return packet.Trace{}, context.Cause(ctx)
	}
	if err != nil {
		return packet.Trace{}, fmt.Errorf("trace %s: %w", t.Name, err)
	}
	found, _ := packet.Gather(t.Network, rec.Packets(), 1)
	found.Transport, found.Network, found.Conditions = t.Name, b.Driver.Name, b.Conditions
	found.Left, found.Outcome = rec.Left(), outcome
	return found, nil
}

// echo is Echo up to what became of the message.
func echo(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, size int, rec *capture.Recorder,
) (text.Message, error) {
	opening, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	s, err := b.Start(opening, t, testbed.ServerOptions{}, testbed.ClientOptions{}, rec.Tap)
	if err != nil && len(rec.Packets()) > 0 {
		return text.Sayf("no connection within %s", connectTimeout), nil
	}
	if err != nil {
		return text.Message{}, err
	}
	w := testbed.Workload{Messages: 1, Size: size, Seed: b.Options.Seed}
	began := time.Now()
	x, err := testbed.Echo(ctx, s.Client, w, b.Timeouts(t, w))
	waited := time.Since(began)
	if err == nil {
		err = s.Client.Close()
		s.Client = nil
		// The trace shows the teardown as far as it came, also if that is not all.
		_ = AwaitOnWire(ctx, rec, teardownTimeout, func(packets []packet.Packet) bool {
			return rec.UnderWay() == 0 && (!t.Connected || packet.Closed(packets))
		})
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	return outcomeOf(x, size, waited), err
}

// outcomeOf says what became of the one message.
func outcomeOf(x *testbed.Exchange, size int, waited time.Duration) text.Message {
	switch {
	case x == nil:
		return text.Message{}
	case x.Delivered() > 0:
		o := x.Observations[0]
		return text.Sayf("%d bytes echoed, %s after they were sent", size, packet.RoundDuration(o.Received-o.Sent))
	case x.Damaged > 0:
		return text.Say("the echo came back damaged")
	case x.Broken != nil:
		return text.Say("no echo: the connection broke")
	}
	return text.Sayf("no echo: given up after %s", packet.RoundDuration(waited))
}

// Send sends one message through transport t over a fresh network, waits for
// its echo, and takes the packet apart that carried the message.
func Send(ctx context.Context, b *testbed.Bench, t testbed.Transport, message []byte) (packet.Sent, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	p, err := carrier(ctx, b, t, message)
	if err != nil {
		return packet.Sent{}, fmt.Errorf("send a message through %s: %w", t.Name, err)
	}
	layers, err := packet.Layers(p, t.Framing)
	return packet.Sent{
		Transport: t.Name, Network: b.Driver.Name, Message: len(message), Layers: layers,
		Client: netip.AddrPortFrom(p.Source, p.SourcePort()),
		Server: netip.AddrPortFrom(p.Destination, p.DestinationPort()),
	}, err
}

// carrier is the packet that carries the message.
func carrier(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, message []byte,
) (found packet.Packet, err error) {
	rec := capture.NewRecorder(recordedPackets)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, rec.Tap)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	deadline, _ := ctx.Deadline()
	if err := s.Client.SetDeadline(deadline); err != nil {
		return found, fmt.Errorf("set the deadline: %w", err)
	}
	if err := s.Client.Send(message); err != nil {
		return found, err
	}
	if _, err := s.Client.Receive(make([]byte, len(message))); err != nil {
		return found, fmt.Errorf("wait for its echo: %w", err)
	}
	for _, p := range rec.Packets() {
		if p.From == wire.Client && p.Payload == len(message)+t.Framing {
			return p, nil
		}
	}
	return found, fmt.Errorf("its %d bytes did not pass as one packet", len(message))
}
