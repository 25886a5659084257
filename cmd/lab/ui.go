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

// The rules of the terminal voice:
//
//   - Results go to standard output, and nothing else does. Whoever pipes it
//     on gets what the help promises and no more.
//   - Everything else goes to standard error and begins with "lab: ": what
//     went wrong in one line that names the thing, then, where there is
//     something to be done, one line "lab: hint: ..." that says what.
//   - These lines begin in lower case and end without a full stop.
//   - Prompts and progress appear only where somebody sees them: on a
//     terminal.
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

// complaint is an error as the user hears of it.
type complaint struct {
	code int
	what error
	hint string // "" where there is nothing to be done
}

func (c *complaint) Error() string { return c.what.Error() }
func (c *complaint) Unwrap() error { return c.what }

// misusef complains about wrong usage: the program exits with code 2.
func misusef(hint, format string, args ...any) error {
	return &complaint{exitMisuse, fmt.Errorf(format, args...), hint}
}

// failuref complains about something that did not work: exit code 1.
func failuref(hint, format string, args ...any) error {
	return &complaint{exitFailed, fmt.Errorf(format, args...), hint}
}

// errSaid ends the program with exit code 1 when all has been said already.
var errSaid = errors.New("something did not run")

// terminal is what a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// end tells the user of err and returns the exit code that it calls for. Where
// ctx ended before, the user knows why.
func (t *terminal) end(ctx context.Context, err error) int {
	var c *complaint
	var e *elsewhere
	switch {
	case err == nil, brokenPipe.in(err):
		return exitDone // nobody reads on, as in "lab list | head": they have what they want
	case errors.As(err, &e):
		return e.code
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.Is(err, errSaid):
		return exitFailed
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

// warnf says what the user should know, although the command goes on.
func (t *terminal) warnf(format string, args ...any) { t.sayf("warning: "+format, args...) }

// width is how many columns output may fill: COLUMNS where it is set, else
// the terminal's, else 80.
func (t *terminal) width() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(n, narrowest)
	}
	if f, ok := t.out.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return max(n, narrowest)
		}
	}
	return 80
}

// colour says whether results may be coloured.
func (t *terminal) colour() bool {
	return isTerminal(t.out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// isTerminal says whether a person sits at the other end of a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// prompt asks a person for input, and nobody else.
func (t *terminal) prompt(line string) {
	if isTerminal(t.in) {
		fmt.Fprint(t.err, line) //nolint:errcheck // as above
	}
}
