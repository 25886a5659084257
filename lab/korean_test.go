package lab_test

import (
	"slices"
	"strings"
	"testing"

	"echolab/lab/text/texttest"
)

// TestKorean finds a translation of every sentence of the bench, and of the
// reasons why a network does not open, where they are sentences.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		texttest.Keys(t, ".", "Say", "Warn"),
		texttest.Fields(t, "netns", "Reason", "Hint"),
		texttest.Fields(t, "netstack", "Reason", "Hint"),
		texttest.Fields(t, "simulated", "Reason", "Hint"),
		texttest.Keys(t, "simulated", "tell"),
	)
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%s" || isCommand(key) }))
}

// isCommand reports whether a hint is nothing but a command to paste.
func isCommand(hint string) bool {
	return (strings.HasPrefix(hint, "sudo ") || strings.HasPrefix(hint, "lab ")) && !strings.ContainsAny(hint, ",;")
}
