package lab

import (
	"context"

	"echolab/lab/wire"
)

// Job is one run of one experiment as values: all that decides what it finds.
type Job struct {
	Experiment string
	Transports []string
	Options    Options      // Seed is the run's own
	Conditions wire.Options // Tap is nil
}

// Findings are what a job found, not yet held against expectations.
type Findings struct {
	Rows     []Measurement
	Warnings []Text
}

// Run runs the job here: the experiment that it names, through the transports
// that it names, on networks of the opener. Every wire that is opened is tapped
// where tap, which may be nil, makes one.
func (j Job) Run(ctx context.Context, e Experiment, all []Transport, opener Opener, tap NewTap) (Findings, error) {
	b := &Bench{Options: j.Options, Transports: all, Conditions: j.Conditions, Opener: watched(opener, tap)}
	rows, err := e.Run(ctx, b)
	return Findings{Rows: rows, Warnings: b.warnings}, err
}

// watched opens the same networks, tapped where somebody wants to watch.
func watched(opener Opener, tap NewTap) Opener {
	if tap == nil {
		return opener
	}
	open := opener.Open
	opener.Open = func(ctx context.Context, s Setup) (Network, error) {
		s.Wire.Tap = wire.Taps(s.Wire.Tap, tap(s.Wire))
		return open(ctx, s)
	}
	return opener
}
