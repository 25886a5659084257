package link

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxFile bounds a conditions file, in bytes.
const maxFile = 64 << 10

// ReadConditions reads a conditions file: JSON with the names of the flags.
// The top level speaks of both directions, or names a preset to start from;
// "client" and "server" are the packets of that end alone, and win.
//
//	{"preset": "dsl", "loss": "10%", "delay": "10ms", "client": {"drop": [3]}, "server": {"loss": 0.2}}
//
// What the file does not name keeps its value where it is applied.
func ReadConditions(r io.Reader) (Overrides, error) {
	var o Overrides
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return o, fmt.Errorf("read conditions: %w", err)
	}
	if len(text) > maxFile {
		return o, fmt.Errorf("read conditions: more than %d bytes", maxFile)
	}
	all, err := membersOf(text)
	if err != nil {
		return o, fmt.Errorf("read conditions: %w", err)
	}
	if err := o.read(all); err != nil {
		return Overrides{}, fmt.Errorf("read conditions: %w", err)
	}
	return o, nil
}

// read takes the top level: the preset first, the single directions last.
func (o *Overrides) read(all []member) error {
	slices.SortStableFunc(all, func(a, b member) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, m := range all {
		var err error
		switch m.name {
		case "preset":
			err = m.read(o.Preset)
		case "client":
			err = o.client.read(m)
		case "server":
			err = o.server.read(m)
		default:
			err = m.read(func(text string) error { return o.Set(m.name, text) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read takes a single direction.
func (o *override) read(side member) error {
	own, err := membersOf(side.value)
	for _, m := range own {
		if err == nil {
			err = o.set(m)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", side.name, err)
	}
	return nil
}

func (o *override) set(m member) error {
	row, err := Named(m.name)
	if err != nil {
		return err
	}
	var c Conditions
	text, err := m.text()
	if err != nil {
		return err
	}
	if err := row.parse(text, &c); err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	o.take(row, c)
	return nil
}

// member is one name of a JSON object and its value.
type member struct {
	name  string
	value json.RawMessage
}

// membersOf takes a JSON object apart. A name that comes twice is an error,
// where package json would quietly keep the last.
func membersOf(text []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New(`not a JSON object: write {"loss": "10%", "delay": "10ms"}`)
	}
	var all []member
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(t)}
		if seen[m.name] {
			return nil, fmt.Errorf("%q is there twice", m.name)
		}
		seen[m.name] = true
		if err := d.Decode(&m.value); err != nil {
			return nil, fmt.Errorf("%q: %w", m.name, err)
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("the object does not end: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON object")
	}
	return all, nil
}

// rank is the turn in which a member of the top level is read.
func (m member) rank() int { return map[string]int{"preset": -1, "client": 1, "server": 1}[m.name] }

// read hands on the value, as a flag would have it.
func (m member) read(to func(text string) error) error {
	text, err := m.text()
	if err != nil {
		return err
	}
	return to(text)
}

// text is the value as a flag would have it: a string without its quotes, a
// number as it stands, a list of numbers without its brackets.
func (m member) text() (string, error) {
	var s string
	if json.Unmarshal(m.value, &s) == nil && m.value[0] == '"' {
		return s, nil
	}
	var n json.Number
	if json.Unmarshal(m.value, &n) == nil && m.value[0] != 'n' {
		return n.String(), nil
	}
	var list []json.Number
	if json.Unmarshal(m.value, &list) == nil && m.value[0] == '[' {
		return string(bytes.Trim(m.value, "[] \t\r\n")), nil
	}
	return "", fmt.Errorf("%s: %s is neither a text nor a number", m.name, m.value)
}
