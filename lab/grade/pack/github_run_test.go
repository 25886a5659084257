package pack

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestTeachersWorkflow runs the scripts of the workflow as a runner does, with the
// expressions put in, a curl that copies a file, and a grader that notes its words.
func TestTeachersWorkflow(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	commit := "ORG/student@c0ffee"
	for name, c := range map[string]struct {
		secret  string
		changed bool     // the grader, since the package was made
		want    []string // words in front of the command
	}{
		"with a secret":    {secret: "correct horse", want: []string{"--secret", "-", "--student", commit, "--"}},
		"without a secret": {want: []string{"--seed", "7", "--"}},
		"another grader":   {changed: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put := func(name, body string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			grader := "#!/bin/bash\nprintf '%s\\0' \"$@\" >words\ncat >stdin\n"
			put("grader", grader)
			put("curl", "#!/bin/bash\nwhile [ \"$1\" != --output ]; do shift; done\ncp grader \"$2\"\n")
			o := options
			o.Binary = filepath.Join(dir, "grader")
			put("workflow.sh", workflowScript(t, o))
			if c.changed {
				put("grader", grader+"# changed\n")
			}
			cmd := exec.CommandContext(t.Context(), "bash", "-e", "workflow.sh")
			cmd.Dir = dir
			cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "RUNNER_TEMP=" + filepath.Join(dir), "LAB_SECRET=" + c.secret,
				"GITHUB_REPOSITORY=ORG/student", "GITHUB_SHA=c0ffee", "GITHUB_OUTPUT=output", "GITHUB_STEP_SUMMARY=summary"}
			out, err := cmd.CombinedOutput()
			body, _ := os.ReadFile(filepath.Join(dir, "words")) // none: it was not started
			if c.changed {
				if err == nil || body != nil || !strings.Contains(string(out), "not the grader that the package was made with") {
					t.Errorf("error = %v, started with %q\n%s", err, body, out)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			words := strings.Split(strings.TrimSuffix(string(body), "\x00"), "\x00")
			want := slices.Concat(c.want, o.Command)
			if len(words) < len(want) || !slices.Equal(words[len(words)-len(want):], want) {
				t.Errorf("words = %q\nwant the end %q", words, want)
			}
			if stdin, err := os.ReadFile(filepath.Join(dir, "stdin")); string(stdin) != c.secret+"\n" {
				t.Errorf("standard input = %q, %v", stdin, err)
			}
		})
	}
}

// workflowScript is the check of the grader and the grading, one behind the other.
func workflowScript(t *testing.T, o Options) string {
	t.Helper()
	archive := unpackedAs(t, "github", o)
	var w struct {
		Jobs map[string]struct {
			Steps []struct{ ID, Name, Run string }
		}
	}
	if err := yaml.Unmarshal([]byte(content(t, archive["teacher/.github/workflows/grade-echo-tcp.yml"])), &w); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, s := range w.Jobs["grade"].Steps {
		if s.Name == "Check the grader" || s.ID == "grade" {
			all += strings.ReplaceAll(s.Run, "${{ '${{' }}", "${{") + "\n"
		}
	}
	return all
}
