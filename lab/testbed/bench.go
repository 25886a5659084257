package testbed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// DefaultMTU is the largest packet in bytes where a Setup names none:
// Ethernet's.
const DefaultMTU = 1500

// NetworkConfig says how to open a network.
type NetworkConfig struct {
	Wire       wire.Options
	Congestion string // congestion control of TCP; "" is the system's own
	MTU        int    // bytes of the largest packet; 0 is DefaultMTU
	// Bytes that every socket has room for, before its reader and before the
	// wire, on networks that have one; 0 is the system's own. The system may
	// count its own bookkeeping, too, and double them for it, as Linux does.
	ReceiveBuffer, SendBuffer int
}

// Driver opens networks of one kind.
type Driver struct {
	Name  string
	Wired bool // has a wire, so that conditions can act
	// Congestion is the congestion control that its TCP has unless another one is
	// asked for; "" is the system's own.
	Congestion string
	Open       func(ctx context.Context, s NetworkConfig) (Network, error)
	// Check says why the network cannot open here; nil if it can.
	Check func() error
	// Longest bounds every exchange; 0 is a minute. Where waiting costs nothing
	// it may be hours.
	Longest time.Duration
	// Elsewhere runs a job on a machine of its own, where time is not this
	// machine's; nil runs it here. What passes over its wires it hands to the
	// taps that tap makes, which may be nil. Jobs may run side by side.
	Elsewhere func(ctx context.Context, j Job, tap NewTap) (Findings, error)
}

// NewTap makes the tap for a wire that is about to be opened; it may answer nil.
type NewTap func(o wire.Options) wire.Tap

// longest is how long an exchange may last.
func (o Driver) longest() time.Duration { return cmp.Or(o.Longest, longest) }

// Bench is what an experiment stands on: its options, its conditions and the
// kind of network that it may open. Its methods may be called side by side.
type Bench struct {
	Options    result.Options
	Transports []Transport
	Conditions wire.Options // the effective ones; Seed and Tap are the run's own
	Driver     Driver

	origin   *Bench // which keeps the warnings of all that come from it; nil is this one
	mu       sync.Mutex
	warnings []text.Message
}

// Warnf records something that the reader of the result should know. The same
// warning twice is one.
func (b *Bench) Warnf(format text.Phrase, args ...any) {
	b = b.first()
	b.mu.Lock()
	defer b.mu.Unlock()
	w := text.Sayf(format, args...)
	for _, old := range b.warnings {
		if old.String() == w.String() {
			return
		}
	}
	b.warnings = append(b.warnings, w)
}

// Warnings are what was recorded so far.
func (b *Bench) Warnings() []text.Message {
	b = b.first()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.warnings)
}

// first is the bench that this one comes from, by way of others or not.
func (b *Bench) first() *Bench {
	if b.origin != nil {
		return b.origin
	}
	return b
}

// On is the same bench with another way to open its network. What it warns of
// is a warning of the bench that it comes from.
func (b *Bench) On(o Driver) *Bench {
	return &Bench{
		Options: b.Options, Transports: b.Transports, Conditions: b.Conditions, Driver: o, origin: b.first(),
	}
}

// Attempt is the same bench for one of several attempts, from 0: chance has a
// seed of its own there, which the next attempt does not share and all
// transports do.
func (b *Bench) Attempt(number int) *Bench {
	one := b.On(b.Driver)
	one.Conditions.Seed = Seed(b.Conditions.Seed, "attempt", number)
	return one
}

// Longest bounds every exchange on the bench's network, and so everything that
// an experiment waits for.
func (b *Bench) Longest() time.Duration { return b.Driver.longest() }

// Workload is the workload that the options ask for, one message every so
// often.
func (b *Bench) Workload(every time.Duration) Workload {
	return Workload{Messages: b.Options.Messages, Size: b.Options.Size, Every: every, Seed: b.Options.Seed}
}

// Open opens a fresh network under the bench's conditions, watched by tap if
// that is not nil. The caller closes it.
func (b *Bench) Open(ctx context.Context, tap wire.Tap) (Network, error) {
	return b.OpenUnder(ctx, b.Conditions.Client, b.Conditions.Server, tap)
}

// OpenUnder is Open under other conditions than the bench's.
func (b *Bench) OpenUnder(ctx context.Context, client, server link.Conditions, tap wire.Tap) (Network, error) {
	o := wire.Options{Client: client, Server: server, Seed: b.Conditions.Seed}
	o.Tap = wire.Taps(b.Conditions.Tap, tap)
	n, err := b.Driver.Open(ctx, NetworkConfig{Wire: o, Congestion: b.Options.Congestion})
	if err != nil {
		return nil, fmt.Errorf("open network %s: %w", b.Driver.Name, err)
	}
	return n, nil
}

// Session is a network with an echo server on one host and a client on the other.
type Session struct {
	Network Network
	Server  Server
	Client  Client
	Connect time.Duration // how long dialing took

	serving chan error
}

// Start opens a network, starts transport t's server on it and dials it. All of
// that, with a handshake that may lose packets, may take half as long as the
// longest exchange.
func (b *Bench) Start(ctx context.Context, t Transport, so ServerOptions, co ClientOptions, tap wire.Tap) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, b.Driver.longest()/2)
	defer cancel()
	n, err := b.Open(ctx, tap)
	if err != nil {
		return nil, err
	}
	s := &Session{Network: n}
	if err := s.start(ctx, t, so); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	began := time.Now()
	client, err := t.Dial(ctx, n.Client(), s.Server.Addr().String(), co)
	s.Connect = time.Since(began)
	if err != nil { // and client may be a nil pointer, which is no nil Client
		err = &DialError{Transport: t.Name, Server: s.Server.Addr().String(), After: s.Connect, Err: cause(err)}
		return nil, errors.Join(err, s.Close())
	}
	s.Client = client
	return s, nil
}

// DialError is a client that did not reach the server of its stage.
type DialError struct {
	Transport string        // which dialed
	Server    string        // whom
	After     time.Duration // how long it tried
	Err       error         // what the network said
}

// Error names the step, the server and the reason.
func (e *DialError) Error() string {
	return fmt.Sprintf("dial %s echo server %s: %v", e.Transport, e.Server, e.Err)
}

// Unwrap is the reason.
func (e *DialError) Unwrap() error { return e.Err }

// Timeout reports whether nobody answered in time. On a wire that loses packets
// that is a result and no failure.
func (e *DialError) Timeout() bool {
	var timeout interface{ Timeout() bool }
	return errors.As(e.Err, &timeout) && timeout.Timeout()
}

// cause is what the host's network said, without the steps around it, which
// name the same address again.
func cause(err error) error {
	var step *net.OpError
	if errors.As(err, &step) {
		return step.Err
	}
	return err
}

// start listens on the server host and serves until Close.
func (s *Session) start(ctx context.Context, t Transport, o ServerOptions) error {
	address := s.Network.Server().Addr().String() + ":0"
	server, err := t.Listen(ctx, s.Network.Server(), address, o)
	if err != nil {
		return fmt.Errorf("start %s echo server on %s: %w", t.Name, address, err)
	}
	s.Server, s.serving = server, make(chan error, 1)
	go func() { s.serving <- server.Serve() }()
	return nil
}

// Close ends the conversation, the server and the network, and waits for all
// three. It returns the first error of closing, or what made serving fail.
func (s *Session) Close() error {
	var first error
	keep := func(step string, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", step, err)
		}
	}
	if s.Client != nil {
		keep("close the client", s.Client.Close())
	}
	if s.Server != nil {
		keep("close the server", s.Server.Close())
		keep("serve", <-s.serving)
	}
	keep("close the network", s.Network.Close())
	return first
}

// Each runs f once per transport and returns the answers by transport name:
// side by side, or, where speed is measured, one after the other.
func Each[T any](ctx context.Context, b *Bench, alone bool, f func(context.Context, Transport) (T, error)) (map[string]T, error) {
	g, ctx := errgroup.WithContext(ctx)
	if alone {
		g.SetLimit(1)
	}
	var mu sync.Mutex
	answers := make(map[string]T, len(b.Transports))
	for _, t := range b.Transports {
		g.Go(func() error {
			answer, err := f(ctx, t)
			if err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[t.Name] = answer
			return nil
		})
	}
	return answers, g.Wait()
}
