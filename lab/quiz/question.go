// Package quiz asks what an experiment will show, before it runs, and marks the
// guesses by what it showed. It also has the questions of the assignment theory,
// whose answers the standards decide.
//
// A guess about an experiment is a number or one of a few choices, and is worth a
// point, half a point or none:
//
//   - A number is right within the range that theory allows, or within 10 % of
//     what was measured. It is half-right within a factor of two of what was
//     measured, that is from half of it to twice as much.
//   - A choice is right if the measurement falls into it. Where the choices are
//     steps of a scale, the one before and the one after are half-right.
//   - "same" is right if the greater of two values is at most 1.25 times the
//     smaller.
//   - What was not guessed is worth nothing. What was not measured does not
//     count.
//
// Read question.go for what can be asked, questions.go and theory.go for what is,
// answers.go for the file that keeps answers, and mark.go for the points.
package quiz

import (
	"slices"
	"strings"

	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/text"
)

// Question asks for one cell of the table, or for how the cells of one row
// compare. A question of the theory may be about no cell.
type Question struct {
	Experiment  string
	Measurement string       // id of the row; "" where no experiment measures the answer
	Transport   string       // the column; "" compares the columns
	Prompt      text.Message // one sentence that ends in a question mark
	Unit        text.Phrase  // of a number; "" where there are choices
	Choices     []Choice     // nil asks for a number
	Scale       bool         // the choices are steps: the next one is half-right
	// The rest of the questions of the theory: their name, the number of the right
	// choice and why it is, their points, and what shows the answer.
	ID      string
	Right   int
	Because text.Phrase
	Points  int
	Hint    text.Phrase

	needs  []string // conditions without which nobody can tell the answer
	unless []string // conditions under which nobody can
}

// Choice is one of a few answers, and the measurements that fall into it.
type Choice struct {
	Word text.Phrase                                        // or a name that is the same in every language
	fits func(m *result.Measurement, transport string) bool // nil: none does
}

// Key is the question's name in files of answers: "loss.delivered.udp",
// "latency.rtt_p50" where the transports are compared, or "q1" of the theory.
func (q Question) Key() string {
	if q.ID != "" {
		return q.ID
	}
	parts := []string{q.Experiment, q.Measurement}
	if q.Transport != "" {
		parts = append(parts, q.Transport)
	}
	return strings.Join(parts, ".")
}

// Defined reports whether the answer can be reasoned about under conditions,
// as the options of a wire write them in words.
func (q Question) Defined(conditions map[string]any) bool {
	there := func(name string) bool { return present(conditions, name) }
	absent := func(name string) bool { return !there(name) }
	return !slices.ContainsFunc(q.needs, absent) && !slices.ContainsFunc(q.unless, there)
}

// present reports whether a condition is there, in either direction.
func present(conditions map[string]any, name string) bool {
	row, err := link.Named(name)
	if err != nil {
		return false
	}
	for _, side := range []string{"client", "server"} {
		if own, ok := conditions[side].(map[string]any); ok && own[row.Key] != nil {
			return true
		}
	}
	return conditions[row.Key] != nil
}

// measured reports whether a row has what the question asks for.
func (q Question) measured(m *result.Measurement) bool {
	if m == nil {
		return false
	}
	if q.Transport == "" {
		_, tcp := m.Values["tcp"]
		_, udp := m.Values["udp"]
		return tcp && udp
	}
	_, ok := m.Values[q.Transport]
	return ok
}

// answer is the choice that the row falls into, or -1.
func (q Question) answer(m *result.Measurement) int {
	for i, c := range q.Choices {
		if c.fits != nil && c.fits(m, q.Transport) {
			return i
		}
	}
	return -1
}
