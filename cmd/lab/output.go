package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// endings are the formats that the ending of a file stands for.
var endings = map[string]string{
	".html": htmlFormat, ".json": "json", ".csv": "csv", ".md": "markdown", ".txt": "table",
	".svg": "svg", ".png": "png", ".xml": "junit",
}

// formatByEnding takes the format of results from the ending of their file, unless
// --format names one. It refuses an ending that stands for a format which the command
// does not have.
func formatByEnding(cmd *cobra.Command, file string, format *string, known []string) error {
	meant := endings[strings.ToLower(filepath.Ext(file))]
	switch {
	case meant == "" || cmd.Flags().Changed("format"):
		return nil
	case !slices.Contains(known, meant):
		return misusef("another ending, or --format "+strings.Join(known, "|"),
			"--output %s: %s prints no %s", file, cmd.CommandPath(), meant)
	}
	*format = meant
	return nil
}

// htmlFormat is the format that is a file for a browser.
const htmlFormat = "html"

// outputUsage is the help of a flag --output whose ending says the format.
const outputUsage = "print into a file; its ending says the format where --format does not: .html .json .csv .md .txt"

// writable refuses a file that cannot be written into, before any work is done.
// What is in the file stays there until there are results.
func writable(flag, file string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return misusef("--"+flag+" FILE in a folder that exists and may be written to",
			"--%s %s: %w", flag, file, bareFile(err))
	}
	return f.Close()
}

// deliver writes results into a file, or to standard output where no file is
// named. Results that could not be printed leave the file as it is.
func deliver(t *terminal, file string, write func(io.Writer) error) error {
	if file == "" {
		return write(t.out)
	}
	var results bytes.Buffer
	if err := write(&results); err != nil {
		return err
	}
	if err := os.WriteFile(file, results.Bytes(), 0o666); err != nil {
		return failuref("", "write results into %s: %w", file, bareFile(err))
	}
	return nil
}

// input opens the file of a flag for reading; - is standard input.
func (t *terminal) input(flag, file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(t.in), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, misusef("--"+flag+" FILE that exists and may be read", "--%s %s: %w", flag, file, bareFile(err))
	}
	return f, nil
}

// bareFile is what the system said of a file, without its name.
func bareFile(err error) error {
	var step *fs.PathError
	if errors.As(err, &step) {
		return step.Err
	}
	return err
}
