package checks

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"echolab/lab/grade"
)

// programs is the folder of good and known-bad programs.
const programs = "../../../testdata/programs"

// endings are those of the files of a language.
var endings = map[string]string{"c": ".c", "go": ".go", "python": ".py"}

// known is a program of the folder: a good one, or a good one with a patch.
type known struct {
	Path       string // of the good program, or of the patch
	Assignment string
	Language   string
	Fails      []string // the checks that must fail
	Mute       bool     // answers nothing, and may so lose all points
	good       string   // the text of the good program
	text       string   // the text of this one
}

// allKnown reads all known programs.
func allKnown(t *testing.T) []known {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(programs, "*", "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("find the known programs: %d, error %v", len(paths), err)
	}
	var all []known
	for _, path := range paths {
		k, err := readKnown(path)
		if err != nil {
			t.Errorf("read the known program %s: %v", k.Path, err)
		}
		all = append(all, k)
	}
	if t.Failed() {
		t.FailNow()
	}
	return all
}

// readKnown reads ASSIGNMENT/LANGUAGE/good.*, or BUG.patch beside it.
func readKnown(path string) (known, error) {
	parts := strings.Split(filepath.ToSlash(path), "/")
	parts = parts[len(parts)-3:]
	k := known{Path: strings.Join(parts, "/"), Assignment: parts[0], Language: parts[1]}
	goodName := "good" + endings[k.Language]
	good, err := os.ReadFile(filepath.Join(filepath.Dir(path), goodName))
	if err != nil {
		return k, err
	}
	k.good, k.text = string(good), string(good)
	if parts[2] == goodName {
		return k, nil
	}
	return k, k.patch(path)
}

// mute begins the name of a bug that leaves nothing of a program to be graded.
const mute = "answers nothing: "

// patch makes a good program that with the bug of a patch. The first line of a patch
// is CHECK: BUG, or good: REASON where the patched program is good, too.
func (k *known) patch(path string) error {
	if filepath.Ext(path) != ".patch" {
		return fmt.Errorf("neither good%s nor a patch", endings[k.Language])
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	first, hunks, _ := strings.Cut(string(body), "\n")
	check, bug, ok := strings.Cut(first, ": ")
	if !ok || bug == "" {
		return fmt.Errorf("the first line is %q, want CHECK: BUG", first)
	}
	if check != "good" {
		k.Fails, k.Mute = []string{check}, strings.HasPrefix(bug, mute)
	}
	k.text, err = patched(k.good, hunks)
	return err
}

// TestEveryPatch wants of every patch that it applies, changes something, and names a
// check of its assignment.
func TestEveryPatch(t *testing.T) {
	for _, k := range allKnown(t) {
		if strings.HasSuffix(k.Path, ".patch") && k.text == k.good {
			t.Errorf("%s changes nothing", k.Path)
		}
		a, ok := Find(k.Assignment)
		if !ok {
			t.Errorf("%s: no assignment %q", k.Path, k.Assignment)
		}
		for _, id := range k.Fails {
			if !slices.ContainsFunc(a.Checks, func(c grade.Check) bool { return c.ID == id }) {
				t.Errorf("%s: %s has no check %q", k.Path, k.Assignment, id)
			}
		}
	}
}
