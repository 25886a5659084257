package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// bench is a folder with programs that note with which words they were started.
type bench struct {
	dir     string
	options Options
}

// newBench has a grader that ends with the given statuses, one after the other,
// and then with 0.
func newBench(t *testing.T, statuses ...int) *bench {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	b := &bench{dir: t.TempDir(), options: options()}
	b.options.Binary = filepath.Join(b.dir, "it's the lab")
	grader := b.program(t, b.options.Binary, statuses...)
	b.options.Sum = hex.EncodeToString(grader)
	return b
}

// program writes a program that appends how many words it got, and them, to the file words, and returns
// its checksum.
func (b *bench) program(t *testing.T, path string, statuses ...int) []byte {
	t.Helper()
	left := filepath.Join(b.dir, "statuses")
	var lines strings.Builder
	for _, s := range statuses {
		lines.WriteString(strconv.Itoa(s) + "\n")
	}
	b.write(t, left, lines.String(), 0o600)
	body := "#!/bin/bash\nprintf '%s\\0' $# \"$@\" >>'" + filepath.Join(b.dir, "words") + "'\necho 17\n" +
		"status=$(head -n 1 '" + left + "'); sed -i 1d '" + left + "'; exit \"${status:-0}\"\n"
	b.write(t, path, body, 0o700)
	sum := sha256.Sum256([]byte(body))
	return sum[:]
}

func (b *bench) write(t *testing.T, path, body string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(body), mode); err != nil {
		t.Fatal(err)
	}
}

// run runs a script in the folder and returns its exit status and what it said.
func (b *bench) run(t *testing.T, script string, env []string, args ...string) (int, string) {
	t.Helper()
	path := filepath.Join(b.dir, "plan.sh")
	b.write(t, path, script, 0o600)
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"-e", path}, args...)...)
	cmd.Dir = b.dir
	cmd.Env = append([]string{"PATH=" + b.dir + ":" + os.Getenv("PATH"), "RUNNER_TEMP=" + b.dir}, env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// calls are the words of each start.
func (b *bench) calls(t *testing.T) [][]string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(b.dir, "words"))
	if err != nil {
		return nil // nothing was started
	}
	words := strings.Split(strings.TrimSuffix(string(body), "\x00"), "\x00")
	var calls [][]string
	for len(words) > 0 {
		n, err := strconv.Atoi(words[0])
		if err != nil || n >= len(words) {
			t.Fatalf("words = %q", words)
		}
		calls, words = append(calls, words[1:n+1]), words[n+1:]
	}
	return calls
}

func TestSlurmGrades(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		status   int
		starts   int
	}{
		"at once":               {nil, 0, 1},
		"at the third attempt":  {[]int{1, 1}, 0, 3},
		"not at all":            {[]int{1, 1, 1}, 1, 3},
		"wrong command line":    {[]int{2}, 2, 1},
		"ended by somebody":     {[]int{143}, 143, 1},
		"interrupted, once ran": {[]int{1, 130}, 130, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.statuses...)
			status, said := b.run(t, string(written(t, "slurm", b.options)), []string{"SLURM_ARRAY_TASK_ID=3"})
			if calls := b.calls(t); status != c.status || len(calls) != c.starts {
				t.Fatalf("status %d after %d starts, want %d after %d\n%s", status, len(calls), c.status, c.starts, said)
			}
			for _, call := range b.calls(t) {
				if want := graded(b.options, "--shard=3/6"); !slices.Equal(call, want) {
					t.Errorf("words = %q\nwant    %q", call, want)
				}
			}
		})
	}
}

func TestSlurmMerges(t *testing.T) {
	b := newBench(t)
	if status, said := b.run(t, string(written(t, "slurm", b.options)), nil, "merge"); status != 0 {
		t.Fatalf("status %d\n%s", status, said)
	}
	if calls := b.calls(t); len(calls) != 1 || !slices.Equal(calls[0], []string{"grade", "merge", "grades", "--output=fin al"}) {
		t.Errorf("calls = %q", calls)
	}
}

// TestSlurmSubmits has an sbatch that says 17 to whatever it is asked.
func TestSlurmSubmits(t *testing.T) {
	b := newBench(t)
	b.program(t, filepath.Join(b.dir, "sbatch"))
	status, said := b.run(t, string(written(t, "slurm", b.options)), nil)
	if status != 0 || said != "array job 17, merging job 17\n" {
		t.Fatalf("status %d\n%s", status, said)
	}
	calls := b.calls(t)
	if len(calls) != 2 || !slices.Contains(calls[1], "--dependency=afterok:17") ||
		!slices.Contains(calls[1], "--wrap=bash "+filepath.Join(b.dir, "plan.sh")+" merge ") {
		t.Errorf("calls = %q", calls)
	}
}

// TestAnotherGrader changes the grader after the plan was made: nothing is
// started, and the message says why.
func TestAnotherGrader(t *testing.T) {
	for what, c := range map[string]struct {
		env  []string
		args []string
	}{
		"grading":    {env: []string{"SLURM_ARRAY_TASK_ID=3"}},
		"merging":    {args: []string{"merge"}},
		"submitting": {},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t)
			b.program(t, filepath.Join(b.dir, "sbatch"))
			script := string(written(t, "slurm", b.options))
			b.write(t, b.options.Binary, "#!/bin/bash\n", 0o700)
			status, said := b.run(t, script, c.env, c.args...)
			if status != wrongGrader || !strings.Contains(said, "is not the grader that this plan was made with") {
				t.Errorf("status %d\n%s", status, said)
			}
			if calls := b.calls(t); calls != nil {
				t.Errorf("started %q", calls)
			}
		})
	}
}
