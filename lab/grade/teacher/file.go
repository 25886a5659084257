// Package teacher reads the assignments that teachers write: a YAML file that says which
// checks there are, their points, what students see of them, what handing in late costs,
// and has checks of its own, which are scripts of send, expect and pause.
//
// What may stand in a file is said by schema.json, which editors read, too. Read file.go
// first, then build.go, which makes an assignment of a file, and script.go.
package teacher

import (
	"cmp"
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"

	"echolab/lab/text"
)

// SchemaName is the version of the form.
const SchemaName = "lab.assignment/1"

// Schema is the JSON schema of a file.
//
//go:embed schema.json
var Schema []byte

// file is what a teacher has written.
type file struct {
	Schema       string    `yaml:"schema"`
	ID           string    `yaml:"id"`
	Title        words     `yaml:"title"`
	BasedOn      string    `yaml:"based-on,omitempty"`
	Protocol     string    `yaml:"protocol,omitempty"`
	Task         words     `yaml:"task,omitempty"`
	Language     string    `yaml:"language,omitempty"`
	Due          string    `yaml:"due,omitempty"`
	Late         *late     `yaml:"late,omitempty"`
	Seed         *seed     `yaml:"seed,omitempty"`
	Limits       *limits   `yaml:"limits,omitempty"`
	Timeout      string    `yaml:"timeout,omitempty"`
	StartTimeout string    `yaml:"start-timeout,omitempty"`
	Checks       []check   `yaml:"checks"`
	NotShown     *notShown `yaml:"not-shown,omitempty"`
}

type late struct {
	Grace  string `yaml:"grace,omitempty"`
	PerDay string `yaml:"per-day,omitempty"`
	AtMost string `yaml:"at-most,omitempty"`
}

type seed struct {
	PerStudent bool `yaml:"per-student,omitempty"`
}

type limits struct {
	Memory    size   `yaml:"memory,omitempty"`
	CPU       string `yaml:"cpu,omitempty"`
	Processes int    `yaml:"processes,omitempty"`
	Files     uint64 `yaml:"files,omitempty"`
	FileSize  size   `yaml:"file-size,omitempty"`
	Output    size   `yaml:"output,omitempty"`
}

// notShown is what a copy for students leaves out.
type notShown struct {
	Checks int `yaml:"checks"`
	Points int `yaml:"points"`
}

// check is one of the lab's, or one of the teacher's own.
type check struct {
	Use        string    `yaml:"use,omitempty"`
	ID         string    `yaml:"id,omitempty"`
	Title      words     `yaml:"title,omitempty"`
	Hint       words     `yaml:"hint,omitempty"`
	Points     *int      `yaml:"points,omitempty"`
	Needs      *[]string `yaml:"needs,omitempty"`
	Timeout    string    `yaml:"timeout,omitempty"`
	Visibility string    `yaml:"visibility,omitempty"`
	Script     []step    `yaml:"script,omitempty"`
	Transfer   *transfer `yaml:"transfer,omitempty"`
}

// transfer is a file on its way from a sender to a receiver.
type transfer struct {
	Size    size           `yaml:"size"`
	Network map[string]any `yaml:"network,omitempty"`
}

// step is one line of a script: one of its keys is there.
type step struct {
	Connect       string     `yaml:"connect,omitempty"`
	Send          *send      `yaml:"send,omitempty"`
	Expect        *expect    `yaml:"expect,omitempty"`
	ExpectEnd     *expectEnd `yaml:"expect-end,omitempty"`
	ExpectNothing *expectEnd `yaml:"expect-nothing,omitempty"`
	Pause         string     `yaml:"pause,omitempty"`
	HalfClose     string     `yaml:"half-close,omitempty"`
	Close         string     `yaml:"close,omitempty"`
	Reset         string     `yaml:"reset,omitempty"`
	Repeat        *repeat    `yaml:"repeat,omitempty"`
}

// data is what is sent or expected, in one of the ways to say it.
type data struct {
	Text   *string `yaml:"text,omitempty"`
	Hex    *string `yaml:"hex,omitempty"`
	Base64 *string `yaml:"base64,omitempty"`
	Like   string  `yaml:"like,omitempty"`
	Times  int     `yaml:"times,omitempty"`
	Change string  `yaml:"change,omitempty"`
}

type send struct {
	To      string `yaml:"to"`
	Data    data   `yaml:",inline"`
	Random  size   `yaml:"random,omitempty"`
	Letters size   `yaml:"letters,omitempty"`
	As      string `yaml:"as,omitempty"`
}

type expect struct {
	From      string `yaml:"from"`
	Data      data   `yaml:",inline"`
	Begins    string `yaml:"begins,omitempty"`
	Contains  string `yaml:"contains,omitempty"`
	Matches   string `yaml:"matches,omitempty"`
	Any       bool   `yaml:"any,omitempty"`
	Within    string `yaml:"within,omitempty"`
	Otherwise words  `yaml:"otherwise,omitempty"`
}

// expectEnd is a client's name, or more about it.
type expectEnd struct {
	From      string `yaml:"from"`
	Within    string `yaml:"within,omitempty"`
	Otherwise words  `yaml:"otherwise,omitempty"`
}

// UnmarshalYAML reads either form.
func (e *expectEnd) UnmarshalYAML(read func(any) error) error {
	if read(&e.From) == nil {
		return nil
	}
	type plain expectEnd
	return read((*plain)(e))
}

type repeat struct {
	Times int    `yaml:"times"`
	Steps []step `yaml:"steps"`
}

// words are a text in one language or two.
type words struct {
	En string `yaml:"en,omitempty"`
	Ko string `yaml:"ko,omitempty"`
	// plain says that it was written as one text for all readers, which is En.
	plain bool
}

// UnmarshalYAML reads one text, or one for each language.
func (w *words) UnmarshalYAML(read func(any) error) error {
	if read(&w.En) == nil {
		w.plain = true
		return nil
	}
	type both words
	return read((*both)(w))
}

// MarshalYAML writes it as it was.
func (w words) MarshalYAML() (any, error) {
	if w.plain {
		return w.En, nil
	}
	type both words
	return both(w), nil
}

// IsZero reports whether nothing was written.
func (w words) IsZero() bool { return w == words{} }

// phrase is the text as the lab keeps it; its translation goes to own. A text in one
// language only is the same in all.
func (w words) phrase(own text.Own) text.Phrase {
	p := text.Phrase(cmp.Or(w.En, w.Ko))
	if w.En != "" && w.Ko != "" {
		own[p] = map[string]string{"ko": w.Ko}
	}
	return p
}

// size is a number of bytes.
type size int64

// units are those of sizes, the longest words first.
var units = []struct {
	word  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// UnmarshalYAML reads a number, or a number with a unit. The schema has seen it.
func (s *size) UnmarshalYAML(read func(any) error) error {
	var line string
	if err := read(&line); err != nil {
		return err
	}
	for _, u := range units {
		var n int64
		if _, err := fmt.Sscanf(line+" ", "%d"+u.word+" ", &n); err == nil {
			*s = size(n * u.bytes)
			return nil
		}
	}
	return fmt.Errorf("%q is not a size", line)
}

var _ yaml.InterfaceUnmarshaler = (*size)(nil)
