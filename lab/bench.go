package lab

import (
	"context"
	"errors"

	"echolab/lab/wire"
)

// Setup says how to open a network.
type Setup struct {
	Wire       wire.Options
	Congestion string // congestion control of TCP; "" is the system's own
	MTU        int    // bytes of the largest packet; 0 is 1500
}

// Opener opens a network of one kind.
type Opener struct {
	Name  string
	Wired bool // has a wire, so that conditions can act
	Open  func(ctx context.Context, s Setup) (Network, error)
	// Check says why the network cannot open here; nil if it can.
	Check func() error
}

// Bench is what an experiment stands on: its options, its conditions and the
// networks that it may open.
type Bench struct {
	Options    Options
	Transports []Transport
	Conditions wire.Options // the effective ones
	Opener     Opener
	warnings   []Text
}

// Open opens a fresh network under the bench's conditions, watched by tap if
// that is not nil. The caller closes it.
func (b *Bench) Open(ctx context.Context, tap wire.Tap) (Network, error) {
	return nil, errors.ErrUnsupported
}

// Warn records something that the reader of the result should know.
func (b *Bench) Warn(format string, args ...any) {
	b.warnings = append(b.warnings, Say(format, args...))
}
