package main

import (
	"os"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/testbed"
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
		return nil, misusef("--pcap FILE in a folder that exists and may be written to",
			"--pcap %s: %w", name, bareFile(err))
	}
	return &capturing{file: f, to: capture.NewWriter(f, "lab "+lab.Version())}, nil
}

// watch captures the wires that a run opens.
func (c *capturing) watch(plan *lab.Plan) {
	if c != nil {
		plan.InOrder = true
		plan.Watches = append(plan.Watches, func(experiment string, o wire.Options) testbed.Watch {
			return testbed.Watch{Packets: c.to.Wire(experiment, o)}
		})
	}
}

// end completes the file, and warns of packets that did not fit in.
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
