package plan

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"echolab/lab/text"
)

// The actions that a workflow uses, by the version that its inputs are those of.
const (
	checkout = "actions/checkout@v6"
	upload   = "actions/upload-artifact@v6"
	download = "actions/download-artifact@v7"
)

// workflow is a file of .github/workflows. The order of its fields is that in
// which people read one.
type workflow struct {
	Name        string
	On          tree
	Permissions tree
	Jobs        struct{ Grade, Merge runnerJob }
}

// runnerJob is one job of a workflow.
type runnerJob struct {
	Needs    string `yaml:",omitempty"`
	RunsOn   string `yaml:"runs-on"`
	Minutes  int    `yaml:"timeout-minutes"`
	Strategy tree   `yaml:",omitempty"`
	Steps    []step
}

// step is one step of a job: an action with its inputs, or a script.
type step struct {
	Name string `yaml:",omitempty"`
	Uses string `yaml:",omitempty"`
	With tree   `yaml:",omitempty"`
	Env  tree   `yaml:",omitempty"`
	Run  string `yaml:",omitempty"`
}

// github writes a workflow: a matrix of shares, and a job that merges them.
func github(w io.Writer, o Options) error {
	if err := local("repository", o.Class, o.Binary); err != nil {
		return err
	}
	if o.URL != "" && !strings.HasPrefix(o.URL, "https://") {
		return errors.New("a runner fetches the grader from an address that begins with https://")
	}
	about, err := fill("github.txt", map[string]any{"Plan": o})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, about); err != nil {
		return err
	}
	f := workflow{Name: "Grade", On: tree{"workflow_dispatch": tree{}}, Permissions: tree{"contents": "read"}}
	f.Jobs.Grade, f.Jobs.Merge = gradeJob(o), mergeJob(o)
	return documents(w, f)
}

// grader is where a runner keeps what is checked, outside of the repository.
const grader = "${RUNNER_TEMP}/lab"

// gradeJob grades the share that the matrix says.
func gradeJob(o Options) runnerJob {
	shards := make([]int, o.Shards)
	for i := range shards {
		shards[i] = i + 1
	}
	o.Grades = "grades"
	before, behind := o.grading()
	run := fmt.Sprintf("%q %s --shard=\"$LAB_SHARD\" %s", grader, text.ShellWords(before...), text.ShellWords(behind...))
	return runnerJob{
		RunsOn: runner, Minutes: o.minutes(),
		Strategy: tree{"fail-fast": false, "matrix": tree{"shard": shards}},
		Steps: append(prepare(o),
			step{Name: "Let the sandbox make namespaces", Run: namespaces},
			step{Name: "Grade", Run: repeated(run),
				Env: tree{"LAB_SHARD": fmt.Sprintf("${{ matrix.shard }}/%d", o.Shards)}},
			// Names of artifacts' files may not have every letter that names of folders may.
			step{Run: "tar -czf \"grades-${{ matrix.shard }}.tgz\" grades\n"},
			step{Uses: upload, With: tree{"name": "grades-${{ matrix.shard }}", "path": "grades-${{ matrix.shard }}.tgz",
				"if-no-files-found": "error", "overwrite": true}},
		),
	}
}

// namespaces lifts what Ubuntu forbids programs without a profile of AppArmor.
const namespaces = "sudo sysctl --write kernel.apparmor_restrict_unprivileged_userns=0\n"

// runner is the machine that jobs run on.
const runner = "ubuntu-24.04"

// mergeJob puts the shares together, if all of them are there.
func mergeJob(o Options) runnerJob {
	o.Final = "results"
	merging := fmt.Sprintf("%q %s\n", grader, text.ShellWords(o.merging("grades")...))
	return runnerJob{
		Needs: "grade", RunsOn: runner, Minutes: 30,
		Steps: append(prepare(o),
			step{Uses: download, With: tree{"pattern": "grades-*", "merge-multiple": true}},
			step{Name: "Merge", Run: "for share in grades-*.tgz; do tar -xzf \"$share\"; done\n" + merging +
				"tar -czf results.tgz results\n"},
			step{Uses: upload, With: tree{"name": "results", "path": "results.tgz", "if-no-files-found": "error",
				"overwrite": true}},
		),
	}
}

// prepare fetches the repository and the grader, and holds the grader against
// its checksum.
func prepare(o Options) []step {
	fetch := "cp -- " + text.ShellWords(o.Binary) + " \"" + grader + "\"\n"
	if o.URL != "" {
		fetch = "curl --fail --silent --show-error --location --proto =https --retry 3 --output \"" + grader + "\" " +
			text.ShellWords(o.URL) + "\n"
	}
	check := fmt.Sprintf("set -- \"%s\" %s\n%schmod 555 \"$1\"\n", grader, o.Sum, checkGrader)
	return []step{
		{Uses: checkout, With: tree{"persist-credentials": false}},
		{Name: "Check the grader", Run: unevaluated(fetch) + check},
	}
}

// repeated runs a command again where it could not run.
func repeated(command string) string {
	return fmt.Sprintf(`for attempt in {1..%d}; do
  status=0
  %s || status=$?
  case $status in
  0 | %d) exit "$status" ;;
  esac
  echo "attempt $attempt ended with status $status" >&2
done
exit "$status"
`, attempts, unevaluated(strings.TrimSpace(command)), misuse)
}

// unevaluated is a text in which GitHub finds no expression of its own.
func unevaluated(script string) string { return strings.ReplaceAll(script, "${{", "${{ '${{' }}") }
