package registry_test

import (
	"slices"
	"testing"

	"echolab/lab/experiments/registry"
	"echolab/lab/text/texttest"
)

// names stay as they are in every language.
var names = []string{"TIME-WAIT", "LISTEN, 2 ESTABLISHED", "HELLO", "%s %%"}

// outcomes are the words that experiments return in place of numbers, and what
// systems say most often.
var outcomes = []string{
	"yes", "no", "error", "no error", "nothing", "refused", "told late", "never told", "never",
	"sent", "not sent", "connected", "served", "finds nobody", "works too", "message too long", "no queue", "unknown",
	"no answer", "no reply", "network is unreachable", "permission denied", "connection refused", "cannot assign requested address",
}

// TestKorean finds a translation of every sentence that an experiment has, or
// says of what it measured.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		outcomes,
		texttest.Keys(t, ".", "Say", "Because", "Warn", "Word"),
		texttest.Arguments(t, ".", 1, "Row", "ExpectWord"),
		texttest.Arguments(t, ".", 2, "Row"),
	)
	for _, e := range registry.All() {
		keys = append(keys, e.Title, e.Question, e.Method, e.Why, e.Lesson.Caption)
		keys = append(keys, e.Packets...)
		keys = append(keys, e.Theory...)
		for _, c := range e.Claims {
			keys = append(keys, c.Statement, c.Rule)
		}
	}
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(names, key) || isUnit(key) }))
}

// isUnit reports whether a unit is a sign and no word.
func isUnit(unit string) bool {
	return slices.Contains([]string{"%", "ms", "µs", "1/s", "Mbit/s", "RTT"}, unit)
}
