package handout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// printers are those of the languages that handouts are written in.
func printers(t *testing.T) []text.Printer {
	t.Helper()
	var all []text.Printer
	for _, lang := range text.Languages() {
		p, err := text.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// programmed are the assignments for which a program is written.
func programmed() []grade.Assignment {
	return slices.DeleteFunc(checks.All(), func(a grade.Assignment) bool { return a.Kind == grade.Answers })
}

// hangul is in every Korean text, and in no English one.
var hangul = regexp.MustCompile(`\p{Hangul}`)

func TestHandouts(t *testing.T) {
	for _, a := range checks.All() {
		for _, p := range printers(t) {
			t.Run(a.ID+"/"+p.Lang(), func(t *testing.T) {
				text, err := Task(a, p)
				if err != nil {
					t.Fatal(err)
				}
				wantFilled(t, text)
				if hangul.MatchString(blocks.ReplaceAllString(text, "")) != (p.Lang() == "ko") {
					t.Error("wrong language")
				}
				for _, c := range a.Checks {
					if !strings.Contains(text, "`"+c.ID+"`") {
						t.Errorf("the check %s is missing", c.ID)
					}
				}
				if !strings.Contains(text, "| 100 |") {
					t.Error("the table of points does not end in 100")
				}
				if got, want := headings(text), sections(a, p.Lang()); !slices.Equal(got, want) {
					t.Errorf("sections\n%q, want\n%q", got, want)
				}
			})
		}
	}
}

// wantFilled looks for what a template leaves behind when something is missing.
func wantFilled(t *testing.T, text string) {
	t.Helper()
	for _, rest := range []string{"{{", "}}", "<no value>", "\n\n\n"} {
		if strings.Contains(text, rest) {
			t.Errorf("%q is left in the text:\n%s", rest, text)
		}
	}
}

func TestUnknown(t *testing.T) {
	if _, err := Task(grade.Assignment{ID: "nothing"}, text.Printer{}); err == nil {
		t.Error("an assignment without a text has a task")
	}
	a, _ := checks.Find("echo-tcp")
	if _, err := Starter(a, "cobol", text.Printer{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unknown programming language: %v", err)
	}
}

// unpack makes a starter's folder.
func unpack(t *testing.T, a grade.Assignment, language string, p text.Printer) string {
	t.Helper()
	files, err := Starter(a, language, p)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "starter")
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// tools are what a language needs.
var tools = map[string]string{"python": "python3", "c": "cc", "go": "go"}

// starter is a starter's folder on its way through TestStarters.
type starter struct {
	grade.Assignment
	language, dir string
	result        *grade.Result
}

// TestStarters builds every starter without a warning and grades it: it must
// do as it is told about its address, and must not be the solution.
func TestStarters(t *testing.T) {
	findPython(t)
	var group errgroup.Group
	group.SetLimit(12) // grading what does nothing is mostly waiting
	var all []*starter
	for _, a := range programmed() {
		for _, language := range Languages() {
			s := &starter{Assignment: a, language: language, dir: unpack(t, a, language, text.Printer{})}
			all = append(all, s)
			wantTidy(t, s.dir)
			group.Go(func() error { return s.run(t.Context()) })
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		t.Run(s.ID+"/"+s.language, s.judge)
	}
}

// findPython lets the starters find the interpreter itself: where versions are
// managed, python3 is a script that takes longer to find it than a starter to run.
func findPython(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output(); err == nil {
		folder := filepath.Dir(strings.TrimSpace(string(out)))
		t.Setenv("PATH", folder+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
}

// wantTidy reads every file of a starter.
func wantTidy(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("%d files, want a program, run and README.md", len(entries))
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		wantFilled(t, strings.ReplaceAll(string(text), "\n\n\n", "\n\n")) // Python wants two empty lines
		switch filepath.Ext(e.Name()) {
		case ".go":
			if tidy, err := format.Source(text); err != nil || !bytes.Equal(tidy, text) {
				t.Errorf("%s is not as gofmt wants it (%v):\n%s", e.Name(), err, text)
			}
			fallthrough
		case ".py", ".c":
			if !bytes.Contains(text, []byte("TODO: ")) {
				t.Errorf("%s says nowhere what is to be done", e.Name())
			}
		}
	}
}

// build builds a starter as strictly as the language allows, and leaves the
// program where run expects it.
func (s *starter) build() error {
	sources, _ := filepath.Glob(filepath.Join(s.dir, "*.[gpc]*"))
	if len(sources) != 1 {
		return fmt.Errorf("%s: sources %v, want one", s.dir, sources)
	}
	source := filepath.Base(sources[0])
	program := strings.TrimSuffix(source, filepath.Ext(source))
	command := map[string][]string{
		"python": {"python3", "-W", "error", "-m", "py_compile", source},
		"c":      {"cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-pthread", "-o", program, source},
		"go":     {"go", "build", "-ldflags=-s -w", "-o", program, source},
	}[s.language]
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s: %w\n%s", source, s.ID, err, out)
	}
	return nil
}

// run builds and grades. Without the language's tools or a shell there is no
// result.
func (s *starter) run(ctx context.Context) error {
	for _, tool := range []string{tools[s.language], "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil
		}
	}
	if err := s.build(); err != nil {
		return err
	}
	var err error
	s.result, err = grade.Run(ctx, s.Assignment, grade.Options{Command: s.DefaultCommand(), Dir: s.dir, Seed: 1})
	return err
}

// judge wants some of the way done and not all of it.
func (s *starter) judge(t *testing.T) {
	r := s.result
	if r == nil {
		t.Skipf("no %s or no shell here", tools[s.language])
	}
	if s.Kind == grade.Server {
		if c := r.Find("port-bound"); c.Status != grade.Passed {
			t.Errorf("port-bound: %s: %s %s", c.Status, c.Message, c.Output)
		}
	}
	if r.Score > r.Max/2 {
		t.Errorf("the starter gets %d of %d points", r.Score, r.Max)
	}
	for _, c := range r.Checks {
		if c.Status == grade.Errored {
			t.Errorf("%s: %s", c.ID, c.Message)
		}
	}
}

// TestTheoryStarter grades the file of answers as it is handed out: it can be
// read, and answers nothing.
func TestTheoryStarter(t *testing.T) {
	a, _ := checks.Find("theory")
	for _, p := range printers(t) {
		dir := unpack(t, a, "", p)
		r, err := grade.Run(t.Context(), a, grade.Options{Command: a.DefaultCommand(), Dir: dir, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r.Score != 0 || r.Count(grade.Failed) != len(a.Checks) {
			t.Errorf("%s: %d points, %d questions failed", p.Lang(), r.Score, r.Count(grade.Failed))
		}
	}
}

// TestReadmeSaysTheCommands wants the two commands in both languages.
func TestReadmeSaysTheCommands(t *testing.T) {
	for _, a := range checks.All() {
		for _, p := range printers(t) {
			dir := unpack(t, a, "python", p)
			text, err := os.ReadFile(filepath.Join(dir, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			wantFilled(t, string(text))
			if !strings.Contains(string(text), "lab grade "+a.ID+" -- ") {
				t.Errorf("%s/%s: README.md does not say how to grade", a.ID, p.Lang())
			}
			if hangul.Match(text) != (p.Lang() == "ko") {
				t.Errorf("%s/%s: wrong language", a.ID, p.Lang())
			}
		}
	}
}
