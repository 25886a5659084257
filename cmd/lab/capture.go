package main

import (
	"os"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/experiments"
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
		return nil, misusef("--pcap FILE in a folder that exists and may be written to", "--pcap %s: %w", name, bareFile(err))
	}
	return &capturing{file: f, to: capture.NewWriter(f, "lab "+lab.Version())}, nil
}

// watch makes the wires that a run opens captured, whoever else watches them.
func (c *capturing) watch(plan *lab.RunOptions) {
	if c == nil {
		return
	}
	other := plan.Tap
	plan.Tap = func(e experiments.Experiment, o wire.Options) wire.Tap {
		tap := c.to.Wire(e.ID, o)
		if other == nil {
			return tap
		}
		return wire.Taps(tap, other(e, o))
	}
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
		return failuref("", "--pcap %s: %w", c.file.Name(), bareFile(err))
	}
	if left := c.to.Left(); left > 0 {
		t.warnf("--pcap %s: the file is full; %d more packets passed", c.file.Name(), left)
	}
	return nil
}
