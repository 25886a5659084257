package main

import (
	"context"
	"os"

	"echolab/lab"
	"echolab/lab/trace/capture"
	"echolab/lab/wire"
)

// pcapUsage is the help of the flag --pcap.
const pcapUsage = "write every packet into a pcapng file, for Wireshark"

// capturing writes what passes over wires into a file. Nil captures nothing.
type capturing struct {
	file *os.File
	to   *capture.Writer
}

// newCapturing begins a capture; without a name there is none.
func newCapturing(name string) (*capturing, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, misuse("--pcap FILE in a folder that exists and may be written to", "--pcap %s: %w", name, bareFile(err))
	}
	return &capturing{file: f, to: capture.NewWriter(f)}, nil
}

// watch makes the wires that an experiment opens captured.
func (c *capturing) watch(list []lab.Experiment) []lab.Experiment {
	if c == nil {
		return list
	}
	return tapped(list, func(e lab.Experiment, o wire.Options) wire.Tap { return c.to.Wire(e.ID, o) })
}

// end completes the file, and tells what did not fit in.
func (c *capturing) end(t *terminal) error {
	if c == nil {
		return nil
	}
	err := c.to.Close()
	if closing := c.file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return failure("", "--pcap %s: %w", c.file.Name(), bareFile(err))
	}
	if left := c.to.Left(); left > 0 {
		t.warn("--pcap %s: the file is full; %d more packets passed", c.file.Name(), left)
	}
	return nil
}

// tapped are experiments of which every wire that they open is watched by a
// tap of its own.
func tapped(list []lab.Experiment, tap func(lab.Experiment, wire.Options) wire.Tap) []lab.Experiment {
	watched := make([]lab.Experiment, len(list))
	for i, e := range list {
		run := e.Run
		e.Run = func(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
			open := b.Opener.Open
			b.Opener.Open = func(ctx context.Context, s lab.Setup) (lab.Network, error) {
				s.Wire.Tap = both(s.Wire.Tap, tap(e, s.Wire))
				return open(ctx, s)
			}
			return run(ctx, b)
		}
		watched[i] = e
	}
	return watched
}

// both calls two taps, the first of which may be nil.
func both(a, b wire.Tap) wire.Tap {
	if a == nil {
		return b
	}
	return func(e wire.Event) { a(e); b(e) }
}
