package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

func TestEnd(t *testing.T) {
	interrupted, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		err  error
		code int
		said string
	}{
		{"all well", context.Background(), nil, 0, ""},
		{"wrong usage", context.Background(), misusef("do that", "--x 1: not a y"), 2,
			"lab: --x 1: not a y\nlab: hint: do that\n"},
		{"no hint", context.Background(), failuref("", "dial x: refused"), 1, "lab: dial x: refused\n"},
		{"wrapped", context.Background(), fmt.Errorf("serve: %w", misusef("h", "w")), 2, "lab: serve: w\nlab: hint: h\n"},
		{"several lines become one", context.Background(), errors.New("a\nb"), 1, "lab: a; b\n"},
		{"said before", context.Background(), exitCode(exitFailed), 1, ""},
		{"the reader has enough", context.Background(), fmt.Errorf("write: %w", syscall.EPIPE), 0, ""},
		{"interrupted", interrupted, context.Canceled, 130, ""},
		{"interrupted but done", interrupted, nil, 0, ""},
		{"did not run, since it was interrupted", interrupted, exitCode(exitFailed), 130, ""},
		{"ran in a namespace, and was told to end", interrupted, exitCode(0), 0, ""},
		{"ran in a namespace", context.Background(), exitCode(7), 7, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var said bytes.Buffer
			term := &terminal{err: &said}
			if code := term.end(tc.ctx, tc.err); code != tc.code || said.String() != tc.said {
				t.Errorf("end(%v) = %d and says %q, want %d and %q", tc.err, code, said.String(), tc.code, tc.said)
			}
		})
	}
}

func TestWidth(t *testing.T) {
	term := &terminal{out: &bytes.Buffer{}}
	for columns, want := range map[string]int{"": 80, "120": 120, "10": narrowest, "-1": 80, "wide": 80} {
		t.Setenv("COLUMNS", columns)
		if got := term.width(); got != want {
			t.Errorf("COLUMNS=%q: width %d, want %d", columns, got, want)
		}
	}
	if term.colour() {
		t.Error("colour where there is no terminal")
	}
}

// TestVoice holds the hints and errors of all commands to the rules of ui.go.
func TestVoice(t *testing.T) {
	for _, args := range [][]string{
		{"nothing"}, {"compare", "nothing"}, {"compare", "--nothing"}, {"compare", "--loss", "2"},
		{"serve"}, {"serve", "tcp", "--addr", "x"}, {"send", "tcp"}, {"send", "tcp", "x"}, {"explain"}, {"list", "all"},
	} {
		var out, said bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &out, &said)
		lines := strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n")
		if code != exitMisuse || out.Len() > 0 || len(lines) != 2 {
			t.Errorf("lab %q: exit code %d, printed %q, said %q", args, code, out.String(), said.String())
			continue
		}
		if !strings.HasPrefix(lines[0], "lab: ") || !strings.HasPrefix(lines[1], "lab: hint: ") {
			t.Errorf("lab %q said %q", args, lines)
		}
		for _, line := range lines {
			if strings.HasSuffix(line, ".") {
				t.Errorf("lab %q: a full stop ends %q", args, line)
			}
		}
	}
}
