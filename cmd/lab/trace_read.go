package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"echolab/lab/capture"
	"echolab/lab/packet"
)

// readFile shows what somebody else captured.
func (c *tracing) readFile(cmd *cobra.Command, t *terminal, args []string) error {
	if err := c.idle(cmd, args); err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	found, err := c.open(t)
	if err != nil {
		return err
	}
	return c.show(t, found)
}

// idle refuses what does nothing when a file is read.
func (c *tracing) idle(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misusef("leave one of them out", "--read %s: nothing runs, so %s does nothing", c.read, args[0])
	}
	idle := []string{"network", "messages", "size", "seed", "preset", "conditions", "congestion", "pcap"}
	for _, name := range append(idle, everything...) {
		if cmd.Flags().Changed(name) {
			return misusef("leave one of them out", "--read %s: nothing runs, so --%s does nothing", c.read, name)
		}
	}
	return nil
}

// open reads the file, or standard input.
func (c *tracing) open(t *terminal) ([]packet.Trace, error) {
	in := t.in
	if c.read != "-" {
		f, err := os.Open(c.read)
		if err != nil {
			return nil, misusef("--read FILE that exists and may be read", "--read %s: %w", c.read, bareFile(err))
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	found, err := c.decode(in)
	var bad *capture.FormatError
	switch {
	case errors.As(err, &bad) && bad.Conversations > 0:
		hint := fmt.Sprintf("--conversation takes 1 to %d there; --conversation list shows them", bad.Conversations)
		return nil, misusef(hint, "--read %s: %w", c.read, err)
	case errors.As(err, &bad):
		return nil, misusef("tcpdump, tshark and Wireshark write such files", "--read %s: %w", c.read, err)
	case err != nil:
		return nil, misusef("--read FILE that exists and may be read", "--read %s: %w", c.read, bareFile(err))
	}
	return found, nil
}

// decode reads one conversation, or all for a list of them.
func (c *tracing) decode(in io.Reader) ([]packet.Trace, error) {
	if c.conversation == listAll {
		return capture.ReadAll(in, capture.Options{Only: c.only})
	}
	found, err := capture.Read(in, capture.Options{Conversation: c.conversation, Only: c.only})
	return []packet.Trace{found}, err
}
