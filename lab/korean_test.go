package lab_test

import (
	"slices"
	"strings"
	"testing"

	"echolab/lab/words/wordstest"
)

// TestKorean finds a translation of every sentence of the bench, and of the
// reasons why a network does not open, where they are sentences.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		wordstest.Keys(t, ".", "Say", "Warn"),
		wordstest.Fields(t, "netns", "Reason", "Hint"),
		wordstest.Fields(t, "netstack", "Reason", "Hint"),
		wordstest.Fields(t, "simulated", "Reason", "Hint"),
		wordstest.Keys(t, "simulated", "tell"),
	)
	wordstest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%s" || isCommand(key) }))
}

// isCommand reports whether a hint is nothing but a command to paste.
func isCommand(hint string) bool {
	return (strings.HasPrefix(hint, "sudo ") || strings.HasPrefix(hint, "lab ")) && !strings.ContainsAny(hint, ",;")
}
