//go:build !wasip1

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"echolab/lab/chart/plot"
	"echolab/lab/experiments"
	"echolab/lab/sweep"
)

// begin is the sweep that is in the file to go on from, or an empty one.
func (s *sweeping) begin(t *terminal, p sweep.Plan) (*sweep.Sweep, error) {
	if s.resume == "" {
		return &sweep.Sweep{Plan: p}, nil
	}
	if _, err := os.Stat(s.resume); errors.Is(err, os.ErrNotExist) {
		return &sweep.Sweep{Plan: p}, newFile("resume", s.resume)
	}
	found, err := t.readSweep("resume", s.resume)
	if err != nil {
		return nil, err
	}
	if differs := p.Differs(found.Plan); differs != "" {
		return nil, misusef("name another file, or give the same flags again",
			"--resume %s is of another sweep: %s", s.resume, differs)
	}
	return found, nil
}

// readSweep reads the sweep's file of a flag.
func (t *terminal) readSweep(flag, file string) (*sweep.Sweep, error) {
	f, err := t.input(flag, file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	found, err := sweep.Read(f)
	if err != nil {
		return nil, misusef("such a file is what lab sweep --format json writes", "--%s %s: %w", flag, file, err)
	}
	return found, nil
}

// newFile refuses a file that exists, or that cannot be made.
func newFile(flag, file string) error {
	if file == "" {
		return nil
	}
	if _, err := os.Stat(file); err == nil {
		return misusef("name another file, or remove it first", "--%s %s: it exists", flag, file)
	}
	if err := writable(flag, file); err != nil {
		return err
	}
	return os.Remove(file) // it was empty
}

// mergeFiles puts the files together and prints what they are together.
func (s *sweeping) mergeFiles(cmd *cobra.Command, t *terminal, files []string) error {
	if err := s.onlyMerge(cmd, files); err != nil {
		return err
	}
	var whole *sweep.Sweep
	for _, file := range files {
		one, err := t.readSweep("merge", file)
		switch {
		case err != nil:
			return err
		case whole == nil:
			whole = one
			continue
		}
		if err := whole.Merge(one); err != nil {
			return misusef("shares of one sweep have the same flags, but for --shard",
				"--merge %s and %s: %w", files[0], file, err)
		}
	}
	list, err := find([]string{whole.Experiment})
	if err != nil {
		return err
	}
	if err := newFile("output", s.output); err != nil {
		return err
	}
	if missing := whole.Missing(); missing > 0 {
		t.warnf("%d of %d runs are missing", missing, len(whole.Jobs()))
	}
	if err := s.deliver(t, list[0], whole); err != nil {
		return err
	}
	return s.verdict(t, whole)
}

// onlyMerge refuses what does not go with --merge.
func (s *sweeping) onlyMerge(cmd *cobra.Command, files []string) error {
	if len(files) == 0 {
		return misusef("lab sweep --merge 1.json 2.json", "--merge: no file is named")
	}
	with := []string{"merge", "format", "output", "lang", "quiet", "strict"}
	for _, name := range flagNames(cmd) {
		if name = strings.TrimPrefix(name, "--"); cmd.Flags().Changed(name) && !slices.Contains(with, name) {
			return misusef("leave it out: what is measured stands in the files", "--merge and --%s at once", name)
		}
	}
	return nil
}

// saving keeps a sweep in a file while it is made.
type saving struct {
	file  string // "" keeps nothing
	after time.Time
}

// leastPause is between two times that the file is written, and it is not written for
// more than a part of the time.
const (
	leastPause = 2 * time.Second
	pausePart  = 20
)

// now writes the file, if it was not written just now.
func (s *saving) now(found *sweep.Sweep) error {
	if s.file == "" || time.Now().Before(s.after) {
		return nil
	}
	began := time.Now()
	err := s.write(found)
	s.after = time.Now().Add(max(leastPause, pausePart*time.Since(began)))
	return err
}

// write writes the file as a whole, or leaves it as it is.
func (s *saving) write(found *sweep.Sweep) error {
	if s.file == "" || len(found.Runs) == 0 {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(s.file), filepath.Base(s.file)+".*")
	if err != nil {
		return failuref("", "--resume %s: %w", s.file, bareFile(err))
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is gone where it was renamed
	err = errors.Join(found.WriteJSON(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.file)
	}
	if err != nil {
		return failuref("", "--resume %s: %w", s.file, err)
	}
	return nil
}

// writeSweep prints a sweep in a format.
func writeSweep(w io.Writer, format string, about experiments.Prose, found *sweep.Sweep, o sweep.Print) error {
	for _, f := range sweepPrinters {
		if f.format == format {
			return f.write(found, w, about, o)
		}
	}
	panic("a format that no flag takes: " + format)
}

// sweepPrinters by the name of their format.
var sweepPrinters = []struct {
	format string
	write  func(*sweep.Sweep, io.Writer, experiments.Prose, sweep.Print) error
}{
	{"table", (*sweep.Sweep).WriteTable},
	{"html", (*sweep.Sweep).WriteHTML},
	{"svg", func(s *sweep.Sweep, w io.Writer, about experiments.Prose, o sweep.Print) error {
		return plot.SVG(w, s.Charts(about, o.Words))
	}},
	{"png", writeSweepPNG},
	{"csv", func(s *sweep.Sweep, w io.Writer, _ experiments.Prose, _ sweep.Print) error { return s.WriteCSV(w) }},
	{"json", func(s *sweep.Sweep, w io.Writer, _ experiments.Prose, _ sweep.Print) error { return s.WriteJSON(w) }},
}

// writeSweepPNG writes the charts as a picture. Where no font of this system has their
// letters, it says what helps.
func writeSweepPNG(s *sweep.Sweep, w io.Writer, about experiments.Prose, o sweep.Print) error {
	err := plot.PNG(w, s.Charts(about, o.Words))
	var missing *plot.NoFontError
	if errors.As(err, &missing) {
		return failuref("--format svg needs no font, or --lang en", "%w", err)
	}
	return err
}

func sweepFormats() []string {
	var names []string
	for _, f := range sweepPrinters {
		names = append(names, f.format)
	}
	return names
}
