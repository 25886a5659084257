package grade

import (
	"slices"
	"testing"

	"echolab/lab/text/texttest"
)

// signals are what systems call the ends that programs come to.
var signals = []string{
	"segmentation fault", "aborted", "abort trap", "floating point exception", "illegal instruction", "bus error", "broken pipe",
	"killed", "terminated", "interrupt", "hangup", "alarm clock", "quit", "trace/breakpoint trap", "trace/BPT trap",
}

// TestKorean finds a translation of every sentence of the grader itself, and
// of what a sandbox warns of on any system.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		texttest.Keys(t, ".", "Say", "Fail", "Step", "warn"),
		texttest.Fields(t, "sandbox", "warnings"),
		signals, reasons,
	)
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return key == "%s" }))
}
