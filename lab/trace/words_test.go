package trace_test

import (
	"testing"

	"echolab/lab/words/wordstest"
)

// TestEverySentenceIsTranslated asks for every sentence of this room and its
// chambers.
func TestEverySentenceIsTranslated(t *testing.T) {
	for _, folder := range []string{".", "ladder", "capture"} {
		t.Run(folder, func(t *testing.T) {
			wordstest.Complete(t, wordstest.Keys(t, folder, "Say", "say", "lesson", "trouble", "repair"))
		})
	}
}
