package quiz

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"echolab/lab/text"
)

// Answers are guesses by their question's key.
type Answers map[string]Guess

// longestFile bounds a file of answers, in bytes.
const longestFile = 64 << 10

// Trouble is what is wrong with one answer in a file.
type Trouble struct {
	Line int    // from 1; 0 in a file of JSON
	Key  string // of the question; "" if there is none
	Err  error
}

// Error names the line.
func (t *Trouble) Error() string {
	said := t.Err.Error()
	if t.Key != "" {
		said = t.Key + ": " + said
	}
	if t.Line == 0 {
		return said
	}
	return fmt.Sprintf("line %d: %s", t.Line, said)
}

// Unwrap is what is wrong with the line.
func (t *Trouble) Unwrap() error { return t.Err }

// Unknown is a key that no question has.
type Unknown struct{ Key string }

func (u *Unknown) Error() string { return fmt.Sprintf("no question is called %q", u.Key) }

// Read reads a file of answers to the questions about experiments, in the form
// that ReadAll takes. The first thing that does not fit is an error, a *Trouble.
func Read(r io.Reader) (Answers, error) {
	answers, troubles, err := ReadAll(r, Questions())
	if err == nil && len(troubles) > 0 {
		err = troubles[0]
	}
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// ReadAll reads a file of answers to some questions. Every line is
//
//	key = answer
//
// with a question's key, or the file is one JSON object of keys and answers. A #
// begins a comment, and an empty answer is none. What does not fit is among the
// troubles, and does not keep the rest from being read: of two answers to one
// question the later one counts. The error is that of a file that cannot be read
// at all.
func ReadAll(r io.Reader, questions []Question) (Answers, []*Trouble, error) {
	given, err := entries(r)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]Question{}
	for _, q := range questions {
		known[q.Key()] = q
	}
	answers, seen, troubles := Answers{}, map[string]int{}, []*Trouble(nil)
	for _, e := range given {
		key := strings.ToLower(e.key)
		trouble := func(key string, err error) { troubles = append(troubles, &Trouble{e.line, key, err}) }
		q, ok := known[key]
		switch {
		case !e.assigns:
			trouble("", fmt.Errorf("%q has no =", e.key))
			continue
		case !ok:
			trouble("", &Unknown{e.key})
			continue
		case seen[key] > 0:
			trouble(key, fmt.Errorf("answered in line %d already", seen[key]))
		}
		seen[key] = e.line
		delete(answers, key)
		if e.answer == "" {
			continue
		}
		if answers[key], err = q.Parse(e.answer); err != nil {
			delete(answers, key)
			trouble(key, err)
		}
	}
	return answers, troubles, nil
}

// entry is an answer as it stands in a file.
type entry struct {
	line        int
	key, answer string
	assigns     bool // there is an = behind the key
}

// entries takes a file of answers apart.
func entries(r io.Reader) ([]entry, error) {
	body, err := io.ReadAll(io.LimitReader(r, longestFile+1))
	if err != nil {
		return nil, err
	}
	if len(body) > longestFile {
		return nil, misfitf("it is longer than %d bytes", longestFile)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // some editors begin with a mark
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return members(body)
	}
	var all []entry
	n := 0
	for line := range strings.Lines(string(body)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		key, answer, assigns := strings.Cut(line, "=")
		if e := (entry{n, strings.TrimSpace(key), strings.TrimSpace(answer), assigns}); e.key != "" || assigns {
			all = append(all, e)
		}
	}
	return all, nil
}

// members are the answers in a JSON object, by their keys' order.
func members(body []byte) ([]entry, error) {
	var given map[string]any
	if err := json.Unmarshal(body, &given); err != nil {
		return nil, misfitf("it is not JSON: %v", err)
	}
	var all []entry
	for _, key := range slices.Sorted(maps.Keys(given)) {
		all = append(all, entry{0, strings.TrimSpace(key), strings.TrimSpace(fmt.Sprint(given[key])), true})
	}
	return all, nil
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
