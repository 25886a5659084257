package grade

import (
	"testing"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// TestNeverStarted tells a program that could not be started from one that ran and failed.
func TestNeverStarted(t *testing.T) {
	cannot := CheckResult{Status: Failed, Message: text.Sayf(cannotStart, "no such file")}
	shell := CheckResult{Status: Failed, Message: text.Say("it ended"), Exit: &sandbox.Exit{Code: 127}}
	failed := CheckResult{Status: Failed, Message: text.Say("wrong"), Exit: &sandbox.Exit{Code: 1}}
	skipped, passed := CheckResult{Status: Skipped}, CheckResult{Status: Passed}
	for name, test := range map[string]struct {
		checks []CheckResult
		says   string
	}{
		"no such file":        {[]CheckResult{cannot, skipped, cannot}, cannot.Message.String()},
		"no such interpreter": {[]CheckResult{skipped, shell}, "it ended"},
		"wrong":               {[]CheckResult{failed}, ""},
		"wrong in one check":  {[]CheckResult{cannot, failed}, ""},
		"started once":        {[]CheckResult{cannot, passed}, ""},
		"nothing tried":       {[]CheckResult{skipped}, ""},
	} {
		says, never := (&Result{Checks: test.checks}).NeverStarted()
		if never != (test.says != "") || says.String() != test.says {
			t.Errorf("%s: never started: %v, says %q; want %q", name, never, says, test.says)
		}
	}
}
