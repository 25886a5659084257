package main

import (
	"io"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/events"
	"echolab/lab/packet"
	"echolab/lab/result"
)

// fileFormats are none: the page has lanes of its own, and its files are not in here.
var fileFormats []string

// filing is what a file shows besides tables: nothing, in a page.
type filing struct{}

func newFiling(*terminal, string, events.Run) *filing { return nil }

func (*filing) watch(*lab.Plan) {}

func (*filing) compared(io.Writer, *result.Report, string) error { return nil }

func (*tracing) file(*terminal, lab.Plan, *result.Report, []packet.Trace, []capture.Seen) error {
	return nil
}

func (*tracing) fileOf(*terminal, string, []packet.Trace) error { return nil }
