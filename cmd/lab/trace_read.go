package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/transports"
)

// readFile shows the packets of a capture file.
func (c *tracing) readFile(cmd *cobra.Command, t *terminal, args []string) error {
	if err := c.refuseFlags(cmd, args); err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	if (c.events != "" || c.format == htmlFormat) && c.conversation == 0 {
		c.conversation = listAll // the stream tells of all of them, and the file
	}
	found, err := c.open(t)
	if err != nil {
		return err
	}
	told, err := newTelling(t, c.events, c.streamOf(transports.Transports(), result.Options{Transports: transportNames()}))
	if err != nil {
		return err
	}
	name := c.read
	if name == "-" {
		name = "standard input"
	}
	told.traces(name, found)
	if c.format == htmlFormat {
		err = c.fileOf(t, name, found)
	} else {
		err = c.show(t, found)
	}
	return errors.Join(err, told.end(false))
}

// refuseFlags refuses what does nothing when a file is read.
func (c *tracing) refuseFlags(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misusef("leave one of them out", "--read %s: nothing runs, so %s does nothing", c.read, args[0])
	}
	running := []string{"network", "messages", "size", "seed", "preset", "conditions", "congestion", "pcap"}
	for _, name := range append(running, link.Names()...) {
		if cmd.Flags().Changed(name) {
			return misusef("leave one of them out", "--read %s: nothing runs, so --%s does nothing", c.read, name)
		}
	}
	return nil
}

// open reads the file, or standard input.
func (c *tracing) open(t *terminal) ([]packet.Trace, error) {
	in, err := t.input("read", c.read)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	found, err := c.decode(in)
	var bad *capture.FormatError
	switch {
	case errors.As(err, &bad) && bad.Conversations > 0:
		return nil, misusef(conversationsHint(bad.Conversations), "--read %s: %w", c.read, err)
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
		return capture.ReadAll(in, capture.Options{Only: c.transports})
	}
	found, err := capture.Read(in, capture.Options{Conversation: c.conversation, Only: c.transports})
	return []packet.Trace{found}, err
}
