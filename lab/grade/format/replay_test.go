package format

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/text"
)

// TestReplay: steps as they are done, and what came of them.
func TestReplay(t *testing.T) {
	var b bytes.Buffer
	r := NewReplay(&b, options)
	r.Step(text.Say("look"))
	r.Step(text.Say("look again"))
	if err := r.Verdict(example().Checks[1]); err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)^ +\d+\.\d{3} s`).ReplaceAllString(b.String(), "T")
	want := `T   1. look
T   2. look again
failed  keeps-utf8
  The client should have been sent 7 bytes "안녕\n", but byte 1 was '?' instead
  of 0xEC.
  The program had ended by then: killed by a signal: segmentation fault.
  hint: Treat a message as bytes.
  the end of what the program printed:
  | listening
  | <b>&"bold"
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("replay (-want +got):\n%s", diff)
	}
}
