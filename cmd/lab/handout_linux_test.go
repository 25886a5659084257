package main

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"echolab/lab/grade/checks"
)

// TestHandoutSessions types what the handouts show under "By hand first" and "A
// sample run", with a good program as the student's, and wants to see what they
// show. The languages share these blocks, so that one of them will do.
func TestHandoutSessions(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every session of every handout")
	}
	buildMachine(t)
	for _, a := range checks.All() {
		task := handoutOf(t, a.ID, "en")
		t.Run(a.ID+"/by-hand", func(t *testing.T) {
			t.Parallel()
			blocks := byHand(section(task, "By hand first"))
			if len(blocks) == 0 {
				t.Fatal("there is nothing to type")
			}
			newDesk(t).typeAll(blocks)
		})
		if columns := fenced(section(task, "A sample run"), "console"); columns != "" {
			t.Run(a.ID+"/sample", func(t *testing.T) {
				t.Parallel()
				d := newDesk(t)
				d.build(a.ID)
				d.typeAll(sideBySide(columns))
			})
		}
	}
}

// buildMachine makes the machine of the network simulated once, which takes long,
// before several sessions want it at the same time.
func buildMachine(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*patience)
	defer cancel()
	trace := exec.CommandContext(ctx, "lab", "trace", "--network", "simulated", "--only", "udp")
	if out, err := trace.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", trace, err, out)
	}
}

// section is the text under a heading of a handout.
func section(task, heading string) string {
	_, rest, _ := strings.Cut(task, "\n## "+heading+"\n")
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

var fences = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// fenced is the first block of a kind.
func fenced(text, kind string) string {
	for _, m := range fences.FindAllStringSubmatch(text, -1) {
		if m[1] == kind {
			return m[2]
		}
	}
	return ""
}

// typed is something typed into a terminal, and what that terminal then shows.
type typed struct {
	terminal    int
	stays       bool // it goes on while others are typed elsewhere
	interrupted bool // Ctrl-C ends it, it would not end by itself
	secret      bool // what it shows is left to the reader to find out
	script      string
	shows       string
}

var place = regexp.MustCompile(`^# terminal (\d)(, until Ctrl-C|, ends by itself)?(, predict first)?\n`)

// byHand reads the blocks of a section: each of sh is typed, and a block without
// a kind behind it is what it shows.
func byHand(text string) []*typed {
	var all []*typed
	for _, m := range fences.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] == "sh":
			one := &typed{script: m[2]}
			if at := place.FindStringSubmatch(m[2]); at != nil {
				one.terminal, _ = strconv.Atoi(at[1])
				one.stays, one.interrupted, one.secret = at[2] != "", at[2] == ", until Ctrl-C", at[3] != ""
			}
			all = append(all, one)
		case m[1] == "" && len(all) > 0:
			all[len(all)-1].shows += m[2]
		}
	}
	return all
}

// sideBySide reads terminals beside each other. What runs in the first one goes on
// while others are typed.
func sideBySide(columns string) []*typed {
	var all []*typed
	last := map[int]*typed{} // by column
	for line := range strings.Lines(columns) {
		for i, cell := range strings.Split(line, "│") {
			cell = strings.TrimSpace(cell)
			if command, ok := strings.CutPrefix(cell, "$ "); ok {
				last[i] = &typed{terminal: i, stays: i == 0, script: command}
				all = append(all, last[i])
			} else if cell == "^C" {
				last[i].stays, last[i].interrupted = true, true
			} else if cell != "" {
				last[i].shows += cell + "\n"
			}
		}
	}
	return all
}
