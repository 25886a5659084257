package checks

import (
	"bytes"
	"slices"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// tolerance is what a check overlooks in an answer because another check is there
// for it: a program with one bug should lose that bug's points and no others.
type tolerance struct {
	lead      int  // bytes that may come before the answer
	ends      bool // line ends and NULs may come in between, and line ends may be missing
	unchanged bool // the message may come back as it was sent
	whole     bool // the last line end is waited for, although it may be missing
}

// The tolerances of checks. All let the last line end be missing: only the check
// that nothing is added compares exactly.
var (
	kindly  = tolerance{lead: leadMost, ends: true, unchanged: true}  // of one message
	changed = tolerance{lead: leadMost, ends: true}                   // the same, where the change is the subject
	inside  = tolerance{lead: leadMost, unchanged: true, whole: true} // where the line ends are the subject
	apart   = tolerance{ends: true, unchanged: true}                  // where another client's bytes may come
	timed   = tolerance{lead: leadMost, ends: true, whole: true}      // where it matters when the last byte comes
)

// leadMost is the length of a greeting or a prefix that most checks overlook.
const leadMost = 256

// answer is what a client should be sent for a message.
type answer struct {
	sent, want []byte // the message, and its answer
	tolerance
}

// matcher follows the bytes that a client is sent for a message, one at a time.
type matcher struct {
	answer
	seen    []byte // all that came
	skipped int    // of these at the beginning, taken for a greeting
	at      int    // of the answer, how much has come
}

// take follows the next byte, and reports whether it may belong to the answer.
func (m *matcher) take(b byte) bool {
	m.seen = append(m.seen, b)
	if m.follow(b) {
		return true
	}
	for m.skipped < m.lead && m.skipped < len(m.seen) {
		m.skipped++
		m.at = 0
		if !slices.ContainsFunc(m.seen[m.skipped:], func(b byte) bool { return !m.follow(b) }) {
			return true
		}
	}
	return false
}

// follow takes one byte as the next one of the answer.
func (m *matcher) follow(b byte) bool {
	for !m.done() {
		switch want := m.want[m.at]; {
		case b == want, m.unchanged && b == m.sent[m.at]:
			m.at++
			return true
		case m.ends && (isLineEnd(b) || b == 0):
			return true
		case m.ends && isLineEnd(want) && m.at > 0:
			m.at++ // it is missing: b must be what comes after it
		default:
			return false
		}
	}
	return true // what comes behind the answer
}

func (m *matcher) done() bool { return m.at == len(m.want) }

// enough reports whether at most the last line end is missing.
func (m *matcher) enough() bool {
	return m.done() || m.at > 0 && len(bytes.TrimRight(m.want[m.at:], "\r\n")) == 0
}

func isLineEnd(b byte) bool { return b == '\n' || b == '\r' }

// accepts reports whether a whole datagram is the answer. An empty answer
// may have a line end, a NUL or a prefix in it.
func (a answer) accepts(got []byte) bool {
	if len(a.want) == 0 {
		return len(got) <= a.lead
	}
	m := matcher{answer: a}
	for _, b := range got {
		if !m.take(b) {
			return false
		}
	}
	return m.enough()
}

// diagnose says how what came differs from what should have, as a part of a
// sentence. Most that goes wrong has a name.
func diagnose(got, want []byte) text.Message {
	at := difference(got, want)
	switch {
	case len(got) == 0:
		return text.Say("nothing came")
	case bytes.Equal(got, slices.Concat(want, want)):
		return text.Say("it was written twice")
	case bytes.HasPrefix(got, want):
		return text.Sayf("after it came %s", grade.Quote(got[len(want):]))
	case bytes.HasSuffix(got, want):
		return text.Sayf("before it came %s", grade.Quote(got[:len(got)-len(want)]))
	case bytes.Equal(got, bytes.TrimRight(want, "\r\n")):
		return text.Say("the line end is missing")
	case bytes.HasPrefix(want, got):
		return text.Sayf("of these only %d came", len(got))
	case bytes.Equal(got, bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))),
		bytes.Equal(got, bytes.ReplaceAll(want, []byte("\n"), []byte("\r\n"))):
		return text.Say("the line ends were changed")
	case len(got) == len(want) && bytes.Equal(sorted(got), sorted(want)):
		return text.Sayf("the right bytes came in another order, from byte %d on", at+1)
	}
	return text.Sayf("byte %d was %s instead of %s", at+1, grade.QuoteByte(got[at]), grade.QuoteByte(want[at]))
}

func sorted(b []byte) []byte { return slices.Sorted(slices.Values(b)) }

// difference is the first place where got is not want, or the end of the
// shorter one.
func difference(got, want []byte) int {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	return at
}
