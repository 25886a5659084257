package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// Replay tells a check while it runs: each step when it is done, with the time since the
// beginning, and at the end what came of it.
type Replay struct {
	w     io.Writer
	o     Options
	began time.Time
	steps int
}

// NewReplay begins to tell.
func NewReplay(w io.Writer, o Options) *Replay { return &Replay{w: w, o: o, began: time.Now()} }

// Step tells a step. Nobody is told where it cannot be written: the verdict will say so.
func (r *Replay) Step(m text.Message) {
	r.steps++
	head := fmt.Sprintf("%8.3f s %3d. ", time.Since(r.began).Seconds(), r.steps)
	b := bufio.NewWriter(r.w)
	(&sheet{b, r.o}).beside(head, len(head), r.o.Words.Text(m))
	_ = b.Flush()
}

// Verdict tells what came of the check.
func (r *Replay) Verdict(c grade.CheckResult) error {
	b := bufio.NewWriter(r.w)
	t := &sheet{b, r.o}
	mark := marks[c.Status]
	word := mark.colour.Paint(t.Words.Text(mark.word), r.o.Colour)
	t.putf("%s  %s\n", word, c.ID)
	t.verdict(c)
	return b.Flush()
}

// replay is the command that runs one check alone, after again, the one for all checks.
func replay(again string, c grade.CheckResult, command string) string {
	line := strings.TrimSpace(again) + " --replay " + text.ShellWords(c.ID)
	if command != "" {
		line += " -- " + command
	}
	return line
}
