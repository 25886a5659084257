package format

import (
	"slices"
	"testing"

	"echolab/lab/text/texttest"
)

// TestKorean finds a translation of every sentence of the forms.
func TestKorean(t *testing.T) {
	keys := texttest.Keys(t, ".", "Say")
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%3d. %s" }))
}
