package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// Conditions writes the conditions of a wire, as Options.Words of package wire
// tells them, in the printer's language; "" where there are none.
func Conditions(p text.Printer, all map[string]any) string {
	return strings.Join(conditions(p, all), ", ")
}

// conditions writes each condition: "loss 10 %", "delay 10 ms". Those of one
// direction only follow its host's name, those that are not known come last.
func conditions(p text.Printer, all map[string]any) []string {
	var parts []string
	rest := maps.Clone(all)
	for _, c := range known {
		if v, ok := all[c.key]; ok {
			parts = append(parts, p.Sayf(c.format, c.amount(p, v)))
		}
		delete(rest, c.key)
	}
	for _, d := range directions {
		if inner, ok := all[d.side].(map[string]any); ok && len(inner) > 0 {
			parts = append(parts, p.Sayf(d.format, Conditions(p, inner)))
		}
		delete(rest, d.side)
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		parts = append(parts, key+" "+plain(rest[key]))
	}
	return parts
}

// amount is a number with its unit, the numbers of a list with commas between
// them, and anything else as it is.
func (c condition) amount(p text.Printer, v any) string {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	switch {
	case err != nil:
		return plain(v)
	case c.unit == "":
		return number(n*c.scale, "")
	}
	return number(n*c.scale, c.unit) + " " + p.Say(c.unit)
}

func plain(v any) string {
	content := fmt.Sprint(v)
	if list, ok := strings.CutPrefix(content, "["); ok {
		return strings.Join(strings.Fields(strings.TrimSuffix(list, "]")), ", ")
	}
	return content
}
