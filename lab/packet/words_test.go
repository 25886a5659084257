package packet_test

import (
	"slices"
	"testing"

	"echolab/lab/packet"
	"echolab/lab/text/texttest"
)

// TestEverySentenceIsTranslated asks for every sentence of this room and its
// chambers.
func TestEverySentenceIsTranslated(t *testing.T) {
	for _, folder := range []string{".", "ladder", "capture"} {
		t.Run(folder, func(t *testing.T) {
			keys := texttest.Keys(t, folder, "Say", "say", "lesson", "trouble", "repair")
			texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%s" || key == "%q" }))
		})
	}
}

// TestEverySightIsTranslated asks for the name of all that can be seen.
func TestEverySightIsTranslated(t *testing.T) {
	var keys []string
	for _, s := range packet.Sights() {
		keys = append(keys, string(s))
	}
	texttest.Complete(t, keys)
}
