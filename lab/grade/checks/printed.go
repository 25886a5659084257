package checks

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

// output is what the client printed on stdout.
func (c *clientUnderTest) output() string { return string(c.program.Stdout.Head()) }

// printed wants the replies on the client's standard output, whole and in order.
// Whatever else it prints is its own affair.
func (c *clientUnderTest) printed(replies, said []string) error {
	out := c.output()
	for i, reply := range replies {
		c.Stepf("the program should have printed %s", grade.Quote([]byte(reply)))
		_, rest, ok := strings.Cut(out, reply)
		if !ok {
			return c.notPrinted(reply, said[i])
		}
		out = rest
	}
	return nil
}

// notPrinted says what a client printed in the place of a reply.
func (c *clientUnderTest) notPrinted(reply, line string) error {
	out, quoted := c.output(), grade.Quote([]byte(reply))
	switch {
	case len(out) == 0:
		return c.printedNothing(reply)
	case strings.Contains(out, reply):
		return grade.Failf("The program should have printed the replies in order, but it printed %s too early.", quoted)
	case line != reply && (strings.Contains(out, line) || strings.Contains(out, strings.ToUpper(line))):
		return grade.Failf("The program should have printed the reply %s, but it printed the line that it had sent: %s.",
			quoted, grade.Quote([]byte(line)))
	}
	if part := seenOf(reply, out); part >= seenEnough {
		return printedPart(reply, part)
	}
	return grade.Failf("The program should have printed the reply %s in one piece and in its place, but it did not.",
		quoted)
}

func printedPart(reply string, part int) error {
	return grade.Failf("The program should have printed the reply %s in one piece, but it printed only its "+
		"first %d bytes.", grade.Quote([]byte(reply)), part)
}

// seenEnough is how many bytes of a random reply are not there by chance.
const seenEnough = 6

// seenOf is how many bytes of a reply's beginning stand somewhere in the output.
func seenOf(reply, out string) int {
	return sort.Search(len(reply), func(n int) bool { return !strings.Contains(out, reply[:n+1]) })
}

// printedNothing tells of the buffer that a pipe, unlike a terminal, makes of stdout.
func (c *clientUnderTest) printedNothing(reply string) error {
	quoted := grade.Quote([]byte(reply))
	if _, over := c.program.Ended(); !over {
		return grade.Failf("The program should have printed the reply %s, but while it ran nothing came out. Is its "+
			"output not flushed, and still in a buffer? (C: fflush(stdout), Python: print(..., flush=True), Go: Flush)", quoted)
	}
	return grade.Failf("The program should have printed the reply %s, but it ended and nothing had come out. Was its "+
		"output not flushed before the end? (C: fflush(stdout), Python: print(..., flush=True), Go: Flush)", quoted)
}

// printedLike wants a reply printed, whole, where a part of it or that to an ordinary
// line is. A client that prints no reply at all fails elsewhere.
func (c *clientUnderTest) printedLike(reply string, ordinary []string) error {
	out, quoted := c.output(), grade.Quote([]byte(reply))
	if strings.Contains(out, reply) {
		return nil
	}
	if part := seenOf(reply, out); part >= seenEnough {
		return printedPart(reply, part)
	}
	if len(ordinary) > 0 && strings.Contains(out, ordinary[0]) {
		return grade.Failf("The program should have printed the reply %s as it printed the reply %s, but it did not.",
			quoted, grade.Quote([]byte(ordinary[0])))
	}
	if exit, over := c.program.Ended(); over && len(ordinary) == 0 && exit != (sandbox.Exit{}) {
		return grade.Failf("The program should have gone on after the reply %s, but it ended so: %s.",
			quoted, grade.ExitText(exit))
	}
	return nil
}

// nothingBehind wants nothing of the buffer behind a reply: neither the rest of an
// older and longer one nor bytes that are no text.
func (c *clientUnderTest) nothingBehind(reply, older string) error {
	_, rest, ok := strings.Cut(c.output(), reply)
	if !ok {
		return nil // it is not printed at all, which is another check's affair
	}
	// The reply may have brought its line end, so that the buffer goes on in the next line.
	behind, _, _ := strings.Cut(strings.TrimLeft(rest, "\r\n"), "\n")
	if noText(behind) || isRest(behind, reply, older) {
		return grade.Failf("Behind the reply %s the program should have printed nothing of its buffer, but there came %s.",
			grade.Quote([]byte(reply)), grade.Quote([]byte(behind)))
	}
	return nil
}

// isRest reports whether printed begins with what an older reply leaves in a buffer
// into which a shorter one is written, with a line end or without.
func isRest(printed, reply, older string) bool {
	for at := len(reply); at <= len(reply)+2 && at+seenEnough <= len(older); at++ {
		if strings.HasPrefix(printed, older[at:at+seenEnough]) {
			return true
		}
	}
	return false
}

// noText reports whether there are bytes that no terminal shows. Colours are text.
func noText(line string) bool {
	return !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\r\t\x1b", r)
	})
}
