package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"echolab/lab/grade"
)

// bugs are programs of testdata with one bug each, and the checks that must
// fail because of it: the one that is named for it, and no other.
var bugs = []struct {
	assignment, program string
	bugs                map[string][]string
}{
	{"echo-tcp-concurrent", "tcp_server.py {host} {port}", map[string][]string{
		"none":                      nil,
		"binds-wrong-port":          {"port-bound"},
		"adds-newline":              {"adds-nothing"},
		"drops-nuls":                {"keeps-nul-bytes"},
		"ascii-only":                {"keeps-utf8"},
		"waits-for-line":            {"echoes-one-byte"},
		"ignores-empty-line":        {"echoes-empty-line"},
		"answers-only-first-read":   {"answers-every-message"},
		"cuts-at-1024":              {"long-line-not-cut"},
		"never-closes":              {"closes-with-client"},
		"closes-after-first-client": {"serves-next-client", "idle-client-blocks-nobody"}, // and it is iterative
		"crashes-on-reset":          {"survives-reset"},
		"blocks-on-idle-client":     {"idle-client-blocks-nobody"},
		"merges-clients":            {"clients-kept-apart"},
		"leaks-descriptors":         {"steady-descriptors"},
		"leaks-memory":              {"steady-memory"},
	}},
	{"echo-udp", "udp_server.py {host} {port}", map[string][]string{
		"none":                      nil,
		"drops-empty-datagram":      {"zero-length-datagram"},
		"adds-newline":              {"adds-nothing"},
		"drops-nuls":                {"keeps-nul-bytes"},
		"ascii-only":                {"keeps-utf8"},
		"short-buffer":              {"largest-datagram"},
		"answers-twice":             {"one-datagram-each"},
		"answers-first-client":      {"clients-kept-apart"},
		"answers-from-another-port": {"answers-from-same-port"},
		"two-datagrams-as-one":      {"keeps-boundaries"},
		"leaks-descriptors":         {"steady-descriptors"},
		"leaks-memory":              {"steady-memory"},
	}},
	{"client-tcp", "tcp_client.py {host} {port}", map[string][]string{
		"none":                     nil,
		"prints-nothing":           {"prints-each-reply"},
		"assumes-one-read":         {"reads-whole-reply"},
		"ignores-q":                {"quits-on-q"},
		"hangs-at-eof":             {"ends-at-eof"},
		"says-nothing-of-refusal":  {"reports-refused"},
		"hangs-when-server-closes": {"ends-when-server-closes"},
	}},
	{"client-udp", "udp_client.py {host} {port}", map[string][]string{
		"none":            nil,
		"prints-nothing":  {"prints-each-reply"},
		"never-times-out": {"lost-reply-does-not-hang"},
		"takes-any-reply": {"late-reply-not-mistaken"},
		"ignores-q":       {"quits-on-q"},
	}},
	{"reliable-udp", "transfer.py {role} {host} {port}", map[string][]string{
		"none":                nil,
		"no-retransmit":       {"delivers-under-loss"},
		"no-duplicate-filter": {"no-duplicates"},
		"never-ends":          {"ends"},
	}},
}

// python is the interpreter itself: a launcher in its place would have to be
// started anew for every check.
func python(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("python3 does not run here: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// closure leaves only those checks of an assignment that ids need, and ids.
func closure(a grade.Assignment, ids []string) grade.Assignment {
	needed := slices.Clone(ids)
	var kept []grade.Check
	for _, c := range slices.Backward(a.Checks) {
		if slices.Contains(needed, c.ID) {
			needed = append(needed, c.Needs...)
			kept = append(kept, c)
		}
	}
	slices.Reverse(kept)
	a.Checks = kept
	return a
}

// TestBugs grades every program of the table. Of an assignment it does only
// what leads to the check that must fail; with LAB_GRADE_FULL=1 it does all,
// which takes minutes, to prove that no other check fails.
func TestBugs(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of programs")
	}
	full := os.Getenv("LAB_GRADE_FULL") != ""
	cases := bugCases(t, full)
	// Grading is mostly waiting: many at once, whatever the number of
	// processors.
	var group errgroup.Group
	group.SetLimit(20)
	for i := range cases {
		group.Go(func() (err error) {
			c := &cases[i]
			c.result, err = grade.Run(t.Context(), c.assignment, c.options)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, c.judge)
	}
}

// bugCase is a program of the table, graded.
type bugCase struct {
	name       string
	assignment grade.Assignment
	options    grade.Options
	want       []string
	result     *grade.Result
}

func bugCases(t *testing.T, full bool) []bugCase {
	t.Helper()
	interpreter := python(t)
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	var cases []bugCase
	for _, group := range bugs {
		for bug, want := range group.bugs {
			a, _ := Find(group.assignment)
			if !full && want != nil {
				a = closure(a, want)
			}
			command := append([]string{interpreter}, strings.Fields(group.program+" "+bug)...)
			cases = append(cases, bugCase{
				name: group.assignment + "/" + bug, assignment: a, want: want,
				options: grade.Options{Command: command, Dir: dir, Seed: 1},
			})
		}
	}
	return cases
}

func (c bugCase) judge(t *testing.T) {
	r := c.result
	t.Logf("%d of %d points in %.1f s", r.Score, r.Max, r.Seconds)
	if got := failing(r); !slices.Equal(got, c.want) {
		explain(t, r)
		t.Errorf("failing checks: %v, want %v", got, c.want)
	}
	if c.want == nil && r.Score != r.Max {
		t.Errorf("score = %d of %d for a program without a bug", r.Score, r.Max)
	}
	sensible(t, r)
}

// sensible looks at a result as a platform would.
func sensible(t *testing.T, r *grade.Result) {
	t.Helper()
	score := 0
	for _, c := range r.Checks {
		score += c.Score
		if c.Status == grade.Passed != (c.Score == c.Max) || c.Status != grade.Passed && c.Score != 0 {
			t.Errorf("%s: %s with %d of %d points", c.ID, c.Status, c.Score, c.Max)
		}
		if c.Status != grade.Passed && c.Message.IsZero() {
			t.Errorf("%s: %s without a word", c.ID, c.Status)
		}
		if c.Status == grade.Failed && (len(c.Steps) == 0 || c.Hint.IsZero()) {
			t.Errorf("%s: failed without a story or a hint", c.ID)
		}
	}
	if score != r.Score {
		t.Errorf("%d points, but the checks have %d", r.Score, score)
	}
}
