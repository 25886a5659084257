// Package report prints what a run found out.
//
// People get one layout (page.go) on a page of their choice, a terminal or
// Markdown: every row with its figures rounded, its expectation in words and its
// mark, in the reader's language. CSV, JSON and the benchmark format are for
// programs: raw precision, English, and ids.
package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// Options says how a report is printed. The zero value is a table of 80
// columns in English, without colour.
type Options struct {
	Format  string // one of Formats; "" is "table"
	Width   int    // columns of the terminal; 0 is 80
	Details bool   // every measurement and what its expectation is based on, not only the headline rows
	Claims  bool   // every claim, not only how many hold
	Color   bool   // escape sequences of ANSI terminals, in tables only
	Quiet   bool   // no heading and no last line around the tables
	Words   text.Printer
	Again   string // the command that was typed, for the last line to go on from; "" is none
	Trace   string // the command that draws the packets of the one experiment that ran; "" is a plain one
}

// The formats that are for people, and the default of Width.
const (
	defaultFormat  = "table"
	markdownFormat = "markdown"
	defaultWidth   = 80
)

// printers by the name of their format, in the order of Formats.
var printers = []struct {
	format string
	print  func(*bytes.Buffer, *result.Report, Options) error
}{
	{defaultFormat, writeTable},
	{markdownFormat, writeMarkdown},
	{"html", writeHTML},
	{"csv", writeCSV},
	{"json", writeJSON},
	{"bench", writeBench},
}

// Formats are the forms that a report can be printed in.
func Formats() []string {
	names := make([]string, len(printers))
	for i, p := range printers {
		names[i] = p.format
	}
	return names
}

// Write prints the report. It does not change it.
func Write(w io.Writer, r *result.Report, o Options) error {
	if o.Format == "" {
		o.Format = defaultFormat
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	for _, p := range printers {
		if p.format != o.Format {
			continue
		}
		var out bytes.Buffer
		err := p.print(&out, r, o)
		if err == nil {
			_, err = out.WriteTo(w)
		}
		if err != nil {
			return fmt.Errorf("print report as %s: %w", o.Format, err)
		}
		return nil
	}
	return fmt.Errorf("report format %q: %s are known", o.Format, strings.Join(Formats(), ", "))
}
