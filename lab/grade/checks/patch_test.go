package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// patched applies the hunks of a unified diff to a text. Every hunk must stand at its
// line and match there: it is neither moved nor fitted in.
func patched(text, hunks string) (string, error) {
	p := patching{rest: slices.Collect(strings.Lines(text))}
	number := 0
	for line := range strings.Lines(hunks) {
		number++
		if err := p.take(line); err != nil {
			return "", fmt.Errorf("line %d of the hunks: %w", number, err)
		}
	}
	if p.olds != 0 || p.news != 0 {
		return "", errors.New("the last hunk is cut off")
	}
	return strings.Join(append(p.made, p.rest...), ""), nil
}

// patching is a text on its way from old to new.
type patching struct {
	made       []string // lines of the new text
	rest       []string // lines of the old text that are still to come
	read       int      // lines of the old text before these
	olds, news int      // lines of the old and the new text that the hunk still has
}

// take follows one line of a diff.
func (p *patching) take(line string) error {
	if p.olds == 0 && p.news == 0 {
		return p.open(line)
	}
	mark, body := line[:1], line[1:]
	if !strings.Contains(" +-", mark) {
		return fmt.Errorf("%q begins with neither +, - nor a space", line)
	}
	if mark != "+" {
		if len(p.rest) == 0 || p.rest[0] != body {
			return fmt.Errorf("%q is not line %d of the program", body, p.read+1)
		}
		p.skip(1)
		p.olds--
	}
	if mark != "-" {
		p.made = append(p.made, body)
		p.news--
	}
	if p.olds < 0 || p.news < 0 {
		return errors.New("the hunk has more lines than its head says")
	}
	return nil
}

// open begins a hunk: it keeps the lines that stand before it.
func (p *patching) open(line string) error {
	var from, to int
	if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &from, &p.olds, &to, &p.news); err != nil {
		return fmt.Errorf("read the head of a hunk from %q: %w", line, err)
	}
	kept := from - 1 - p.read
	if kept < 0 || kept > len(p.rest) {
		return fmt.Errorf("the hunk stands at line %d, but lines %d to %d are left", from, p.read+1, p.read+len(p.rest))
	}
	p.made = append(p.made, p.rest[:kept]...)
	p.skip(kept)
	if to != len(p.made)+1 {
		return fmt.Errorf("the hunk makes line %d of the new program, not %d as its head says", len(p.made)+1, to)
	}
	return nil
}

func (p *patching) skip(lines int) {
	p.rest, p.read = p.rest[lines:], p.read+lines
}

func TestPatched(t *testing.T) {
	const good = "one\ntwo\nthree\nfour\nfive\nsix\n"
	const hunks = "@@ -1,2 +1,3 @@\n one\n+more\n two\n@@ -4,3 +5,2 @@ where\n four\n-five\n-six\n+last\n"
	got, err := patched(good, hunks)
	if want := "one\nmore\ntwo\nthree\nfour\nlast\n"; got != want || err != nil {
		t.Errorf("got %q and the error %v, want %q", got, err, want)
	}
}

func TestPatchedRefuses(t *testing.T) {
	const good = "one\ntwo\nthree\n"
	for hunks, want := range map[string]string{
		"one\n":                                    "read the head of a hunk",
		"@@ -2 +2 @@\n-two\n":                      "read the head of a hunk",
		"@@ -2,1 +2,1 @@\n-one\n+1\n":              `"one\n" is not line 2`,
		"@@ -2,2 +2,1 @@\n-two\n four\n":           `"four\n" is not line 3`,
		"@@ -3,2 +3,1 @@\n-three\n \n":             `"\n" is not line 4`,
		"@@ -2,1 +2,1 @@\n*two\n":                  "begins with neither",
		"@@ -2,1 +2,1 @@\n\n":                      "begins with neither",
		"@@ -2,1 +2,2 @@\n two\n":                  "cut off",
		"@@ -2,1 +2,1 @@\n+2\n+2\n-two\n":          "more lines than its head says",
		"@@ -2,1 +3,1 @@\n-two\n+2\n":              "makes line 2 of the new program, not 3",
		"@@ -9,1 +9,1 @@\n-two\n+2\n":              "the hunk stands at line 9",
		"@@ -2,1 +2,0 @@\n-two\n@@ -1,1 +1,0 @@\n": "the hunk stands at line 1",
	} {
		if got, err := patched(good, hunks); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q and the error %v, want one with %q", hunks, got, err, want)
		}
	}
}
