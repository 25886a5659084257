package teacher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"echolab/lab/text"
)

// schemaAt is where the compiler keeps the schema.
const schemaAt = "assignment.json"

// compiled is the schema, twice: to hold a file against it, and to look up what it allows.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaAt, rawSchema()); err != nil {
		return nil, err
	}
	return c.Compile(schemaAt)
})

var rawSchema = sync.OnceValue(func() any {
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		panic(err) // a mistake in this program
	}
	delete(raw.(map[string]any), "$id") // nothing is fetched by it
	return raw
})

// finding is what the schema does not allow, and where.
type finding struct {
	path []string
	says text.Message
}

// violations are what a file has that the schema does not allow.
func violations(content any) ([]finding, error) {
	schema, err := compiled()
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	err = schema.Validate(content)
	if err == nil {
		return nil, nil
	}
	if v, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		return leaves(v), nil
	}
	return nil, fmt.Errorf("hold it against the schema: %w", err)
}

// leaves are the violations that have no others as their cause.
func leaves(v *jsonschema.ValidationError) []finding {
	if len(v.Causes) == 0 {
		return findings(v)
	}
	var all []finding
	for _, c := range v.Causes {
		all = append(all, leaves(c)...)
	}
	return all
}

// findings say one violation in our words.
func findings(v *jsonschema.ValidationError) []finding {
	one := func(m text.Message) []finding { return []finding{{v.InstanceLocation, m}} }
	if words, ok := forms[definition(v.SchemaURL)]; ok && !structural(v.ErrorKind) {
		return one(text.Sayf("this should be %s", words))
	}
	switch k := v.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		var all []finding
		for _, name := range k.Properties {
			all = append(all, finding{append(slices.Clone(v.InstanceLocation), name), unknownKey(name, keys(v.SchemaURL))})
		}
		return all
	case *kind.Required:
		return one(text.Sayf("%s is missing", strings.Join(k.Missing, ", ")))
	case *kind.Type:
		return one(text.Sayf("this should be %s", types[k.Want[0]]))
	case *kind.Enum:
		return one(text.Sayf("this should be one of %s", list(k.Want)))
	case *kind.Const:
		return one(text.Sayf("this should be exactly %s", fmt.Sprint(k.Want)))
	case *kind.Minimum:
		return one(text.Sayf("this should be %s at least", k.Want.RatString()))
	case *kind.Maximum:
		return one(text.Sayf("this should be %s at most", k.Want.RatString()))
	case *kind.MaxItems:
		return one(text.Sayf("this has %d entries, and may have %d", k.Got, k.Want))
	case *kind.MinItems, *kind.MinLength:
		return one(text.Say("this is empty"))
	case *kind.MinProperties, *kind.MaxProperties:
		return one(text.Sayf("a step has one key; there are %s", strings.Join(keys(v.SchemaURL), ", ")))
	}
	return one(text.Quote(v.ErrorKind.LocalizedString(message.NewPrinter(language.English))))
}

// structural are violations in which the form of a value as a whole is right.
func structural(k jsonschema.ErrorKind) bool {
	switch k.(type) {
	case *kind.AdditionalProperties, *kind.Required:
		return true
	}
	return false
}

// forms are the values that have a definition of their own in the schema, in words.
var forms = map[string]text.Phrase{
	"id":       "a word of small letters, digits and hyphens",
	"name":     "a name of letters and digits",
	"words":    `a text, or one in each language: {en: "...", ko: "..."}`,
	"time":     "a time with its zone, such as 2026-12-10T23:59:00+09:00",
	"duration": "a duration with its unit, such as 500ms, 2s, 1m30s or 3d",
	"percent":  "whole percent, such as 10%",
	"size":     "a number of bytes, such as 1000, 64KiB or 512MiB",
	"hex":      `bytes in hexadecimal, such as "0d 0a"`,
	"client":   "a client's name, or {from: A, within: 2s}",
}

// types are the kinds of values, in words.
var types = map[string]text.Phrase{
	"string": "a text", "integer": "a whole number", "boolean": "true or false",
	"array": "a list", "object": "a list of keys with values",
}

// definition is the name of the schema's definition that a location leads to.
func definition(url string) string {
	_, name, ok := strings.Cut(url, "#/$defs/")
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return name
}

// keys are those that the schema allows at a location, in the order of the alphabet.
func keys(url string) []string {
	_, pointer, _ := strings.Cut(url, "#")
	at := rawSchema()
	for _, p := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if p == "" {
			continue
		}
		inner, _ := at.(map[string]any)
		at = inner[p]
	}
	inner, _ := at.(map[string]any)
	properties, _ := inner["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

// unknownKey says which key was meant, if one looks like it, or which there are.
func unknownKey(name string, known []string) text.Message {
	if likely := closest(name, known); likely != "" {
		return text.Sayf("there is no such key; did you mean %s?", likely)
	}
	return text.Sayf("there is no such key; there are %s", strings.Join(known, ", "))
}

// list is a list of values for a sentence.
func list(values []any) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = fmt.Sprint(v)
	}
	return strings.Join(all, ", ")
}

// asJSON is a file's content as the schema's checker wants it.
func asJSON(content any) (any, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(body))
}

// closest is the word that a typed one was meant to be; "" if none looks like it.
func closest(typed string, known []string) string {
	best, least := "", 3 // more than two letters wrong is another word
	for _, k := range known {
		if d := distance(typed, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out or changed to make one word of
// the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, change)
		}
	}
	return row[len(b)]
}
