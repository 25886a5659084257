package testbed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Bench is what an experiment runs on: its options, its conditions and the
// driver of the network that it may open. Its methods may be called side by side.
type Bench struct {
	Options    result.Options
	Transports []Transport
	Conditions wire.Options // the effective ones; Seed is the run's own
	Taps       []NewTap     // make the taps of every wire that is opened; any may be nil
	Watch      NewWatch     // watches every network that is opened; may be nil
	Driver     Driver

	origin   *Bench // the bench that keeps the warnings of this one; nil is this one itself
	mu       sync.Mutex
	warnings []text.Message
}

// Warnf records something that the reader of the result should know. The same
// warning twice is one.
func (b *Bench) Warnf(format text.Phrase, args ...any) {
	b = b.root()
	b.mu.Lock()
	defer b.mu.Unlock()
	w := text.Sayf(format, args...)
	if !slices.ContainsFunc(b.warnings, func(old text.Message) bool { return old.String() == w.String() }) {
		b.warnings = append(b.warnings, w)
	}
}

// Warnings are what was recorded so far.
func (b *Bench) Warnings() []text.Message {
	b = b.root()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.warnings)
}

// root is the bench that keeps the warnings of this one.
func (b *Bench) root() *Bench { return cmp.Or(b.origin, b) }

// On is the same bench with another driver. Its warnings are recorded by the
// bench that it comes from.
func (b *Bench) On(d Driver) *Bench {
	return &Bench{
		Options: b.Options, Transports: b.Transports, Conditions: b.Conditions, Taps: slices.Clone(b.Taps),
		Watch: b.Watch, Driver: d, origin: b.root(),
	}
}

// Attempt is the same bench for one of several attempts, from 0. Each attempt
// has a seed of its own, so that its packets meet other fates than those of the
// other attempts; all transports share it.
func (b *Bench) Attempt(number int) *Bench {
	one := b.On(b.Driver)
	one.Conditions.Seed = Seed(b.Conditions.Seed, "attempt", number)
	return one
}

// Longest bounds every exchange on the bench's network, and so every wait of an
// experiment.
func (b *Bench) Longest() time.Duration { return b.Driver.longest() }

// Workload is the workload that the options ask for, with that time from one
// message to the next.
func (b *Bench) Workload(every time.Duration) Workload {
	return Workload{Messages: b.Options.Messages, Size: b.Options.Size, Every: every, Seed: b.Options.Seed}
}

// Open opens a new network under the bench's conditions, watched by tap if that
// is not nil. The caller closes it.
func (b *Bench) Open(ctx context.Context, tap wire.Tap) (Network, error) {
	return b.OpenUnder(ctx, b.Conditions.Client, b.Conditions.Server, tap)
}

// OpenUnder is Open under other conditions than the bench's.
func (b *Bench) OpenUnder(ctx context.Context, client, server link.Conditions, tap wire.Tap) (Network, error) {
	o := wire.Options{Client: client, Server: server, Seed: b.Conditions.Seed}
	var watch Watch
	if b.Watch != nil {
		watch = b.Watch(o)
	}
	taps := []wire.Tap{tap, watch.Packets}
	for _, newTap := range b.Taps {
		if newTap != nil {
			taps = append(taps, newTap(o))
		}
	}
	n, err := b.Driver.Open(ctx, NetworkConfig{
		Wire: o, Taps: taps, Sockets: watch.Sockets, Congestion: b.Options.Congestion,
	})
	if err != nil {
		return nil, fmt.Errorf("open network %s: %w", b.Driver.Name, err)
	}
	return n, nil
}

// Each runs f once per transport, side by side or, if alone, one after the other,
// as experiments do that measure speed. It returns the answers by transport name.
func Each[T any](
	ctx context.Context, b *Bench, alone bool, f func(context.Context, Transport) (T, error),
) (map[string]T, error) {
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
