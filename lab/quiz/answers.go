package quiz

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"echolab/lab/text"
)

// Answers are guesses by their question's key.
type Answers map[string]Guess

// longestLine bounds a line of a file of answers, in bytes.
const longestLine = 4096

// Trouble is what is wrong in a file of answers.
type Trouble struct {
	Line int    // from 1
	Key  string // of the question; "" if the line has none
	Err  error
}

// Error names the line.
func (t *Trouble) Error() string {
	if t.Key == "" {
		return fmt.Sprintf("line %d: %v", t.Line, t.Err)
	}
	return fmt.Sprintf("line %d: %s: %v", t.Line, t.Key, t.Err)
}

// Unwrap is what is wrong with the line.
func (t *Trouble) Unwrap() error { return t.Err }

// Unknown is a key that no question has.
type Unknown struct{ Key string }

func (u *Unknown) Error() string { return fmt.Sprintf("no question is called %q", u.Key) }

// Read reads a file of answers. Every line is
//
//	experiment.measurement.transport = answer
//
// without the transport where both are compared. Empty lines and lines that
// begin with # say nothing, and an empty answer is none. An error about a line
// is a *Trouble.
func Read(r io.Reader) (Answers, error) {
	questions := map[string]Question{}
	for _, q := range Questions() {
		questions[q.Key()] = q
	}
	seen, answers := map[string]int{}, Answers{}
	in := bufio.NewScanner(r)
	in.Buffer(nil, longestLine)
	n := 0
	for in.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff")) // some editors begin with a mark
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, line, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		q, known := questions[key]
		switch {
		case !ok:
			return nil, &Trouble{Line: n, Err: fmt.Errorf("%q has no =", line)}
		case !known:
			return nil, &Trouble{Line: n, Err: &Unknown{key}}
		case seen[key] > 0:
			return nil, &Trouble{Line: n, Key: key, Err: fmt.Errorf("answered in line %d already", seen[key])}
		}
		seen[key] = n
		if strings.TrimSpace(line) == "" {
			continue
		}
		g, err := q.Parse(line)
		if err != nil {
			return nil, &Trouble{Line: n, Key: key, Err: err}
		}
		answers[key] = g
	}
	if err := in.Err(); err != nil {
		return nil, &Trouble{Line: n + 1, Err: err}
	}
	return answers, nil
}

// Write writes a file that Read reads, with every question as a comment above
// its answer, and those without an answer left empty. Above the questions of an
// experiment stands what about says of it, by id; it may be nil. Comments are
// in the printer's language, answers in English.
func Write(w io.Writer, p text.Printer, questions []Question, answers Answers, about map[string][]string) error {
	out := bufio.NewWriter(w)
	line := func(line string) {
		fmt.Fprintln(out, line) //nolint:errcheck // Flush tells
	}
	line("# " + p.Say("Answers for lab predict: one a line, behind the =. Lines that begin with # are not read."))
	last := ""
	for _, q := range questions {
		if q.Experiment != last {
			last = q.Experiment
			line("\n# " + strings.Join(append([]string{last}, about[last]...), "\n# "))
		}
		line("\n# " + p.Text(q.Prompt))
		line("# " + q.Takes(p))
		line(strings.TrimSpace(q.Key() + " = " + answers[q.Key()].Text))
	}
	return out.Flush()
}
