package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"echolab/lab/text"
)

// condition is one word of a result's conditions and how people write it.
type condition struct {
	key    string
	format text.Phrase
	scale  float64     // what to multiply a number with
	unit   text.Phrase // what it then counts
}

// known conditions in the order in which they are printed.
var known = []condition{
	{"loss", "loss %s", 100, "%"},
	{"burst", "burst loss %s", 1, ""},
	{"exact", "exact loss %s", 1, ""},
	{"drop", "drop packet no. %s", 1, ""},
	{"delay_ms", "delay %s", 1, "ms"},
	{"jitter_ms", "jitter %s", 1, "ms"},
	{"reorder", "reorder %s", 100, "%"},
	{"duplicate", "duplicate %s", 100, "%"},
	{"corrupt", "corrupt %s", 100, "%"},
	{"rate", "rate %s", 1e-6, "Mbit/s"},
	{"limit", "limit %s", 1, "packets"},
}

// directions are how the conditions of one direction only are told.
var directions = []struct {
	side   string
	format text.Phrase
}{
	{"client", "from the client: %s"},
	{"server", "from the server: %s"},
}

// conditions writes a result's conditions: "loss 10 %", "delay 10 ms". Those
// of one direction only follow its host's name.
func conditions(p text.Printer, all map[string]any) []string {
	var parts []string
	for _, t := range conditionTexts(all) {
		parts = append(parts, p.Text(t))
	}
	return parts
}

// conditionTexts is conditions before a language is chosen.
func conditionTexts(all map[string]any) []text.Message {
	var parts []text.Message
	for _, c := range known {
		if v, ok := all[c.key]; ok {
			parts = append(parts, text.Sayf(c.format, c.amount(v)))
		}
	}
	for _, d := range directions {
		if inner, ok := all[d.side].(map[string]any); ok && len(inner) > 0 {
			parts = append(parts, text.Sayf(d.format, enumerated(conditionTexts(inner))))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !isKnown(key) {
			parts = append(parts, text.Quote(key+" "+plain(all[key])))
		}
	}
	return parts
}

// enumerated puts texts behind each other, with commas between them.
func enumerated(texts []text.Message) text.Message {
	var all text.Message
	for i, t := range texts {
		if i == 0 {
			all = t
			continue
		}
		all = text.Sayf("%s, %s", all, t)
	}
	return all
}

func isKnown(key string) bool {
	return key == "client" || key == "server" ||
		slices.ContainsFunc(known, func(c condition) bool { return c.key == key })
}

// amount is a number with its unit, and anything else as it is: an argument of
// a lab.Text.
func (c condition) amount(v any) any {
	n, ok := asNumber(v)
	switch {
	case !ok:
		return plain(v)
	case c.unit == "":
		return number(n*c.scale, "")
	}
	return text.Sayf("%s %s", number(n*c.scale, c.unit), c.unit)
}

// asNumber takes the kinds of numbers that programs and JSON put there.
func asNumber(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	}
	return 0, false
}

// plain writes the numbers of a list with commas between them, else the value
// as it is.
func plain(v any) string {
	content := fmt.Sprint(v)
	if list, ok := strings.CutPrefix(content, "["); ok {
		return strings.Join(strings.Fields(strings.TrimSuffix(list, "]")), ", ")
	}
	return content
}
