package format

import (
	"slices"
	"testing"

	"echolab/lab/words/wordstest"
)

// TestKorean finds a translation of every sentence of the forms.
func TestKorean(t *testing.T) {
	keys := wordstest.Keys(t, ".", "Say")
	wordstest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%3d. %s" }))
}
