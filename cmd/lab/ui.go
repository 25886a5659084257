package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// The rules for everything that the program prints:
//
//   - Results go to standard output, and nothing else does, so that another
//     program can read it.
//   - Everything else goes to standard error and begins with "lab: ": what
//     went wrong in one line that names the thing, then, where there is
//     something to be done, one line "lab: hint: ..." that says what.
//   - These lines begin in lower case and end without a full stop.
//   - Prompts and progress appear only on a terminal.
//   - Colour appears only on a terminal, and never where NO_COLOR is set.

// The exit codes.
const (
	exitDone        = 0   // everything ran
	exitFailed      = 1   // something did not run, or --strict found fault with a result
	exitMisuse      = 2   // wrong usage; nothing was done
	exitInterrupted = 130 // Ctrl-C
)

// narrowest is the width in columns that output is laid out for at least.
const narrowest = 40

// commandError is an error with its exit code and a hint at what to do.
type commandError struct {
	code int
	what error
	hint string // "" where there is nothing to be done
}

func (c *commandError) Error() string { return c.what.Error() }
func (c *commandError) Unwrap() error { return c.what }

// misusef is an error of usage: exit code 2.
func misusef(hint, format string, args ...any) error {
	return &commandError{exitMisuse, fmt.Errorf(format, args...), hint}
}

// failuref is an error of something that did not work: exit code 1.
func failuref(hint, format string, args ...any) error {
	return &commandError{exitFailed, fmt.Errorf(format, args...), hint}
}

// exitCode is an error that nothing more is said of: what did not run was told
// with the results, or another process has done the work, and the talking.
type exitCode int

func (e exitCode) Error() string { return "exit code " + strconv.Itoa(int(e)) }

// terminal is what a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	events   io.Writer // takes the stream of events, where it goes to no file
	shows    bool      // it is a page, which has lanes of its own
}

// end tells the user of err and returns its exit code. Where ctx ended, the user
// has interrupted the program and is told nothing.
func (t *terminal) end(ctx context.Context, err error) int {
	var c *commandError
	var e exitCode
	switch {
	case err == nil, brokenPipe.in(err):
		return exitDone // the reader has enough, as in "lab list | head"
	case errors.As(err, &e) && (e != exitFailed || ctx.Err() == nil): // else it failed for it was interrupted
		return int(e)
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &c):
		t.sayf("%v", err)
		if c.hint != "" {
			t.sayf("hint: %s", c.hint)
		}
		return c.code
	}
	t.sayf("%v", err)
	return exitFailed
}

// sayf writes one line to standard error.
func (t *terminal) sayf(format string, args ...any) {
	line := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "; ")
	fmt.Fprintf(t.err, "lab: %s\n", line) //nolint:errcheck // there is nowhere else to say it
}

// warnf warns the user; the command goes on.
func (t *terminal) warnf(format string, args ...any) { t.sayf("warning: "+format, args...) }

// width is how many columns output may fill: COLUMNS where it is set, else
// the terminal's, else 80.
func (t *terminal) width() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(n, narrowest)
	}
	return max(columnsOf(t.out), narrowest)
}

// columnsOf is how many columns a terminal has; of other streams it is 80.
func columnsOf(stream any) int {
	if f, ok := stream.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// colour reports whether results may be coloured.
func (t *terminal) colour() bool {
	return isTerminal(t.out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// promptf asks for input where that comes from a terminal.
func (t *terminal) promptf(format string, args ...any) {
	if isTerminal(t.in) {
		fmt.Fprintf(t.err, format, args...) //nolint:errcheck // as above
	}
}
