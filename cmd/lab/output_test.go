package main

import (
	"testing"

	"echolab/lab/report"
)

// TestFormatByEnding: the ending of a file says the format, unless --format does.
func TestFormatByEnding(t *testing.T) {
	for _, c := range []struct {
		file, format string // as they were typed
		known        []string
		want         string // "" is refused
	}{
		{"", "", report.Formats(), "table"},
		{"r.html", "", report.Formats(), "html"},
		{"folder.json/R.HTML", "", report.Formats(), "html"},
		{"r.json", "", report.Formats(), "json"},
		{"r.csv", "", report.Formats(), "csv"},
		{"r.md", "", report.Formats(), "markdown"},
		{"r.txt", "", report.Formats(), "table"},
		{"r.tab", "", report.Formats(), "table"},
		{"r", "", report.Formats(), "table"},
		{"r.json", "csv", report.Formats(), "csv"},
		{"r.html", "table", report.Formats(), "table"},
		{"r.md", "", traceFormats(), "markdown"},
		{"r.html", "", traceFormats(), "html"},
		{"r.csv", "", traceFormats(), ""},
		{"r.csv", "json", traceFormats(), "json"},
	} {
		cmd, got := newCompare(&terminal{}), "table"
		if c.format != "" {
			got = c.format
			if err := cmd.Flags().Set("format", c.format); err != nil {
				t.Fatal(err)
			}
		}
		err := formatByEnding(cmd, c.file, &got, c.known)
		if (err != nil) != (c.want == "") || err == nil && got != c.want {
			t.Errorf("--output %q --format %q: %s, %v; want %q", c.file, c.format, got, err, c.want)
		}
	}
}
