package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// mutant is one mistake: a piece of one file that is replaced by another.
type mutant struct {
	name     string
	file     string   // below the root of the sources, with slashes
	packages []string // whose tests must notice, the quickest first
	old, new string
}

// read reads a list of mistakes. Each begins with its name behind "#", names
// the file and the packages to test in the line after that, and then gives the
// lines to replace, behind "-", and what takes their place, behind "+":
//
//	# p90 reported as p99
//	lab/experiments/latency.go ./lab/experiments
//	-0.99
//	+0.90
func read(list string) ([]mutant, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var all []mutant
	for i, line := range strings.Split(string(text), "\n") {
		if err := add(&all, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", list, i+1, err)
		}
	}
	return all, nil
}

var errNoName = errors.New("a mistake begins with its name: # name")

// add reads one line of a list.
func add(all *[]mutant, line string) error {
	name, named := strings.CutPrefix(line, "# ")
	switch {
	case named:
		*all = append(*all, mutant{name: name})
		return nil
	case strings.TrimSpace(line) == "":
		return nil
	case len(*all) == 0:
		return errNoName
	}
	m := &(*all)[len(*all)-1]
	switch {
	case line[0] == '-':
		m.old = joined(m.old, line[1:])
	case line[0] == '+':
		m.new = joined(m.new, line[1:])
	case m.file == "":
		words := strings.Fields(line)
		m.file, m.packages = words[0], words[1:]
	default:
		return fmt.Errorf("%q is neither what to replace (-) nor what to put there (+)", line)
	}
	return nil
}

func joined(lines, next string) string {
	if lines == "" {
		return next
	}
	return lines + "\n" + next
}

// made is the source with the mistake in it. What is to be replaced must be
// there, and once only, so that a list which has fallen behind is noticed.
func (m mutant) made(source string) (string, error) {
	switch n := strings.Count(source, m.old); {
	case m.file == "" || m.old == "" || len(m.packages) == 0:
		return "", errors.New("a mistake needs a file, packages to test and a piece to replace")
	case n != 1:
		return "", fmt.Errorf("%s has %q %d times, want once", m.file, m.old, n)
	}
	return strings.Replace(source, m.old, m.new, 1), nil
}

// fate is what became of a mistake.
type fate struct {
	survived bool
	test     string // the first that failed
}

// of tells the fate of a mistake by its name.
func (f fate) of(name string) string {
	switch {
	case f.survived:
		return "SURVIVED  " + name
	case f.test != "":
		name += " (" + f.test + ")"
	}
	return "caught    " + name
}

// longest is how long the tests of one package may take.
const longest = 10 * time.Minute

// failed finds the tests that failed in the output of go test.
var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// try makes the mistake in dir, a copy of the sources, runs the tests there, and
// takes the mistake back.
func (m mutant) try(ctx context.Context, dir string) (f fate, err error) {
	path := filepath.Join(dir, filepath.FromSlash(m.file))
	source, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	text, err := m.made(string(source))
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, write(path, source)) }()
	if err := write(path, []byte(text)); err != nil {
		return f, err
	}
	if out, err := command(ctx, dir, "go", "build", "./..."); err != nil {
		return f, fmt.Errorf("does not compile: %w\n%s", err, out)
	}
	for _, p := range m.packages {
		out, err := command(ctx, dir, "go", "test", "-timeout", longest.String(), p)
		if err != nil && ctx.Err() == nil {
			if found := failed.FindSubmatch(out); found != nil {
				f.test = string(found[1])
			}
			return f, nil
		}
	}
	f.survived = true
	return f, ctx.Err()
}

func write(path string, source []byte) error {
	return os.WriteFile(path, source, 0o644) //nolint:gosec // sources are for everybody
}

// clone copies the files that git knows, as they are now.
func clone(ctx context.Context, root, dir string) error {
	names, err := command(ctx, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return fmt.Errorf("list the sources: %w", err)
	}
	for name := range bytes.SplitSeq(bytes.Trim(names, "\x00"), []byte{0}) {
		if err := copyFile(filepath.Join(root, string(name)), filepath.Join(dir, string(name))); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	about, err := os.Stat(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil // deleted, and not committed yet
	}
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // as above
		return err
	}
	return os.WriteFile(to, content, about.Mode().Perm())
}

// command runs a program in a folder and returns all that it printed.
func command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...) //nolint:gosec // go and git, on sources of ours
	c.Dir = dir
	return c.CombinedOutput()
}
