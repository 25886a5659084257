package trace_test

import (
	"slices"
	"testing"

	"echolab/lab/trace"
	"echolab/lab/words/wordstest"
)

// TestEverySentenceIsTranslated asks for every sentence of this room and its
// chambers.
func TestEverySentenceIsTranslated(t *testing.T) {
	for _, folder := range []string{".", "ladder", "capture"} {
		t.Run(folder, func(t *testing.T) {
			keys := wordstest.Keys(t, folder, "Say", "say", "lesson", "trouble", "repair")
			wordstest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%s" || key == "%q" }))
		})
	}
}

// TestEverySightIsTranslated asks for the name of all that can be seen.
func TestEverySightIsTranslated(t *testing.T) {
	var keys []string
	for _, s := range trace.Sights() {
		keys = append(keys, string(s))
	}
	wordstest.Complete(t, keys)
}
