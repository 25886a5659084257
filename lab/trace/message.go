package trace

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"echolab/lab"
	"echolab/lab/wire"
)

// patienceToSend bounds the exchange that Send has.
const patienceToSend = 20 * time.Second

// Send sends one message through transport t over a fresh network, waits for
// its echo, and takes the packet apart that carried the message.
func Send(ctx context.Context, b *lab.Bench, t lab.Transport, message []byte) (Sent, error) {
	ctx, cancel := context.WithTimeout(ctx, patienceToSend)
	defer cancel()
	p, err := carrier(ctx, b, t, message)
	if err != nil {
		return Sent{}, fmt.Errorf("send a message through %s: %w", t.Name, err)
	}
	layers, err := Layers(p, t.Framing)
	return Sent{
		Transport: t.Name, Network: b.Opener.Name, Message: len(message), Layers: layers,
		Client: netip.AddrPortFrom(p.Source, p.SourcePort()), Server: netip.AddrPortFrom(p.Destination, p.DestinationPort()),
	}, err
}

// carrier is the packet that carries the message.
func carrier(ctx context.Context, b *lab.Bench, t lab.Transport, message []byte) (found Packet, err error) {
	rec := NewRecorder(mostOfEcho)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, rec.Tap)
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
