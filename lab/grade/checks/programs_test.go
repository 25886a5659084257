package checks

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"echolab/lab/grade"
)

// builder turns programs into commands. Languages that are not here are left out.
type builder struct {
	dir    string
	python string
	mu     sync.Mutex
	built  int
}

// build returns the words that start a program, or nil where its language is
// missing.
func (b *builder) build(k known) ([]string, error) {
	b.mu.Lock()
	b.built++
	out := filepath.Join(b.dir, strconv.Itoa(b.built))
	b.mu.Unlock()
	source := out + endings[k.Language]
	if err := os.WriteFile(source, []byte(k.text), 0o600); err != nil {
		return nil, err
	}
	var cmd *exec.Cmd
	switch k.Language {
	case "python":
		return []string{b.python, source}, nil
	case "go":
		cmd = exec.Command("go", "build", "-ldflags=-s -w", "-o", out, source)
	case "c":
		cmd = exec.Command("cc", "-O1", "-pthread", "-o", out, source)
	default:
		return nil, fmt.Errorf("%s: language %q", k.Path, k.Language)
	}
	if cmd.Err != nil {
		return nil, nil
	}
	if message, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", k.Path, err, message)
	}
	return []string{out}, nil
}

// places are the arguments of an assignment's programs.
func places(assignment string) []string {
	if assignment == "reliable-udp" {
		return []string{"{role}", "{host}", "{port}"}
	}
	return []string{"{host}", "{port}"}
}

// graded is a known program with its result.
type graded struct {
	known
	result *grade.Result
}

// gradeKnown builds and grades programs, so many at once.
func gradeKnown(t *testing.T, all []known, jobs int, narrow func(grade.Assignment, known) grade.Assignment) []graded {
	t.Helper()
	b := &builder{dir: t.TempDir(), python: python(t)}
	results := make([]graded, len(all))
	var group errgroup.Group
	group.SetLimit(jobs)
	for i, k := range all {
		group.Go(func() error {
			command, err := b.build(k)
			if err != nil || command == nil {
				return err
			}
			a, ok := Find(k.Assignment)
			if !ok {
				return fmt.Errorf("%s: no assignment %q", k.Path, k.Assignment)
			}
			options := grade.Options{Command: append(command, places(k.Assignment)...), Seed: 1}
			r, err := grade.Run(t.Context(), narrow(a, k), options)
			results[i] = graded{k, r}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return results
}

// full says to grade every program with every check, which takes many minutes
// and proves that no other check fails than the one that must.
func full() bool { return os.Getenv("LAB_GRADE_FULL") != "" }

// TestPrograms grades the known programs: those with a bug must fail the check
// that is named for it and no other, the good ones none. Without full it takes
// one program for each check, and of its checks those that lead there.
func TestPrograms(t *testing.T) {
	t.Parallel() // beside the documents' programs: all of them mostly wait
	if testing.Short() {
		t.Skip("builds and starts many programs")
	}
	all := chosen(t, allKnown(t))
	if !full() {
		all = sample(all)
	}
	narrow := func(a grade.Assignment, k known) grade.Assignment {
		if full() || len(k.Fails) == 0 {
			return a
		}
		return closure(a, k.Fails)
	}
	for _, g := range gradeKnown(t, all, 12, narrow) {
		t.Run(g.Path, g.judge)
	}
}

// chosen keeps the programs whose paths match LAB_GRADE_ONLY, a regular expression.
func chosen(t *testing.T, all []known) []known {
	t.Helper()
	only, err := regexp.Compile(os.Getenv("LAB_GRADE_ONLY"))
	if err != nil {
		t.Fatalf("LAB_GRADE_ONLY: %v", err)
	}
	return slices.DeleteFunc(all, func(k known) bool { return !only.MatchString(k.Path) })
}

// sample keeps one program for each check, of whatever assignment, and a good
// one for each assignment. It takes each language about as often as the others.
func sample(all []known) []known {
	alike := map[string][]known{}
	var keys []string
	for _, k := range all {
		key := fmt.Sprint(k.Fails)
		if len(k.Fails) == 0 {
			key = k.Assignment
		}
		if alike[key] == nil {
			keys = append(keys, key)
		}
		alike[key] = append(alike[key], k)
	}
	taken := map[string]int{}
	var kept []known
	for _, key := range keys {
		k := slices.MinFunc(alike[key], func(a, b known) int { return taken[a.Language] - taken[b.Language] })
		taken[k.Language]++
		kept = append(kept, k)
	}
	return kept
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

func (g graded) judge(t *testing.T) {
	if g.result == nil {
		t.Skipf("no tools for %s here", g.Language)
	}
	t.Logf("%d of %d points in %.1f s", g.result.Score, g.result.Max, g.result.Seconds)
	wantFailing(t, g.result, g.Fails...)
	if len(g.Fails) == 0 && g.result.Score != g.result.Max {
		explain(t, g.result)
		t.Errorf("%d of %d points for a good program", g.result.Score, g.result.Max)
	}
	if full() && len(g.Fails) > 0 {
		g.judgePoints(t)
	}
	sensible(t, g.result)
}

// TestEveryCheckIsProven wants a program with a bug for every check.
func TestEveryCheckIsProven(t *testing.T) {
	proven := map[string]bool{}
	for _, k := range allKnown(t) {
		for _, id := range k.Fails {
			proven[k.Assignment+"/"+id] = true
		}
	}
	for _, a := range All() {
		for _, c := range a.Checks {
			// A concurrent server is checked like any other, and then more.
			inherited := a.ID == "echo-tcp-concurrent" && proven["echo-tcp/"+c.ID]
			if a.Kind != grade.Answers && !proven[a.ID+"/"+c.ID] && !inherited {
				t.Errorf("no known-bad program for %s/%s", a.ID, c.ID)
			}
		}
	}
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
		if strings.Contains(c.Message.String(), "still runs") && c.Exit != nil && c.Exit.Signal != "" {
			t.Errorf("%s: %s, and yet: %s", c.ID, c.Message, c.Ended)
		}
	}
	if score != r.Score {
		t.Errorf("%d points, but the checks have %d", r.Score, score)
	}
	inKorean(t, r)
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

// TestGoodTwentyTimes grades the good programs again and again, with both
// processors busy with other gradings. It runs with LAB_GRADE_FULL=1.
func TestGoodTwentyTimes(t *testing.T) {
	if !full() {
		t.Skip("takes many minutes: set LAB_GRADE_FULL=1")
	}
	var good []known
	for _, k := range chosen(t, allKnown(t)) {
		if len(k.Fails) == 0 {
			for range 20 {
				good = append(good, k)
			}
		}
	}
	for _, g := range gradeKnown(t, good, 8, func(a grade.Assignment, _ known) grade.Assignment { return a }) {
		t.Run(g.Path, g.judge)
	}
}
