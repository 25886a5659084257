package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"echolab/lab/link"
	"echolab/lab/text"
)

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
	for _, c := range link.All() {
		if v, ok := all[c.Key]; ok {
			parts = append(parts, p.Sayf(c.Sentence, amount(p, c, v)))
		}
		delete(rest, c.Key)
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
func amount(p text.Printer, c link.Condition, v any) string {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	switch {
	case err != nil:
		return plain(v)
	case c.Unit == "":
		return Number(n*c.Scale, "")
	}
	return Number(n*c.Scale, c.Unit) + " " + p.Say(c.Unit)
}

func plain(v any) string {
	content := fmt.Sprint(v)
	if list, ok := strings.CutPrefix(content, "["); ok {
		return strings.Join(strings.Fields(strings.TrimSuffix(list, "]")), ", ")
	}
	return content
}
