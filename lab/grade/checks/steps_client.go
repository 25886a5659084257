package checks

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

// connectWithin is how long a client may take to start and to connect.
const connectWithin = 10 * time.Second

// keepOutput is how much of a client's stdout is looked at.
const keepOutput = 1 << 20

// longLine is the longest line that the handout promises.
const longLine = 3000

// terminators are what clients put behind a line.
const terminators = "\r\n\x00"

// clientUnderTest is the student's client.
type clientUnderTest struct {
	*grade.Subject
	program *sandbox.Program
}

// input is what is typed to a client.
type input struct {
	lines []func(s *grade.Subject) string // each makes one
	quit  string                          // and then this line; "" is none
	end   bool                            // and then the input ends, or else stays open
}

// short is n lines of a dozen letters.
func short(n int) []func(s *grade.Subject) string {
	return slices.Repeat([]func(s *grade.Subject) string{shortLine}, n)
}

func shortLine(s *grade.Subject) string { return lineOf(s, 12+s.Rand.IntN(8)) }

// lineOf is a line of n letters, without its end.
func lineOf(s *grade.Subject, n int) string {
	return strings.ToLower(strings.TrimSpace(string(letters(s, n+1))))
}

// koreanLine is a line of Hangul syllables, three bytes each in UTF-8.
func koreanLine(s *grade.Subject) string {
	var line strings.Builder
	for range 12 {
		line.WriteRune(syllable(s))
	}
	return line.String()
}

// syllable is a random syllable.
func syllable(s *grade.Subject) rune { return '가' + rune(s.Rand.IntN('힣'-'가'+1)) }

// said makes the lines.
func (in input) said(s *grade.Subject) []string {
	all := make([]string, len(in.lines))
	for i, line := range in.lines {
		all[i] = line(s)
	}
	return all
}

// typed is the input as a client reads it.
func (in input) typed(lines []string) string {
	if in.quit != "" {
		lines = append(slices.Clone(lines), in.quit)
	}
	return strings.Join(lines, "\n") + "\n"
}

// start starts the client and types its input.
func (c *clientUnderTest) start(ctx context.Context, typed string, eof bool) error {
	p, err := c.Launch(ctx, "", keepOutput)
	if err != nil {
		return err
	}
	c.program = p
	c.Stepf("type %s", grade.Quote([]byte(typed)))
	// A pipe holds far more than this; a client that is gone shows later.
	_, _ = io.WriteString(p.Stdin, typed)
	if eof {
		c.Stepf("end its input")
		_ = p.Stdin.Close()
	}
	return nil
}

// atEnd does something when the client ends, unless stop is called before.
func (c *clientUnderTest) atEnd(do func()) (stop func()) {
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-c.program.Done():
			do()
		case <-stopping:
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

// nothingBehindLine wants no more than a line end and a byte of value 0 behind a line.
func nothingBehindLine(heard []byte, line string) error {
	behind := heard[len(line):]
	if len(behind) <= len(terminators) {
		return nil
	}
	return grade.Failf("Behind %s the program should have sent no more than a line end, but there came %s.",
		grade.Quote([]byte(line)), grade.Quote(behind))
}

// toSwappedPort is the failure of a client that forgot htons.
func (c *clientUnderTest) toSwappedPort() error {
	return grade.Failf("The program should have talked to port %d, but it talked to port %d, "+
		"which has the same two bytes in the other order: put the port into the address with htons.",
		c.Port(), c.SwappedPort())
}

// ended waits for the end of a program, at least d.
func ended(ctx context.Context, p *sandbox.Program, d time.Duration) bool {
	return endedBy(p, within(ctx, d))
}

func endedBy(p *sandbox.Program, deadline time.Time) bool {
	select {
	case <-p.Done():
		p.Flush(time.Second)
		return true
	case <-time.After(time.Until(deadline)):
		return false
	}
}
