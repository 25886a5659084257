package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"echolab/lab/experiments/registry"
)

// pasted finds the commands that a text shows: in backquotes, or on a line of
// their own.
var pasted = regexp.MustCompile("(?m)(?:`lab |^ {4}go run ./cmd/lab )([^`\n]+)")

// TestShownCommandsParse holds the commands that are printed for people to
// paste against the program: each must be a command with flags that exist.
func TestShownCommandsParse(t *testing.T) {
	commands := map[string]string{} // by where it is shown
	for _, file := range []string{"../../README.md", "../../README.ko.md", "../../CONTRIBUTING.md"} {
		line, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pasted.FindAllStringSubmatch(string(line), -1) {
			commands[m[1]] = file
		}
	}
	for _, e := range registry.All() {
		line, ok := strings.CutPrefix(e.Try, "lab ")
		if !ok {
			t.Errorf("experiment %s: try %q does not start with lab", e.ID, e.Try)
		}
		commands[line] = "experiment " + e.ID
	}
	if len(commands) < 20 {
		t.Fatalf("only %d commands found: the pattern no longer fits the texts", len(commands))
	}
	for line, where := range commands {
		if err := parses(line); err != nil {
			t.Errorf("%s shows: lab %s\n%v", where, line, err)
		}
	}
}

// parses reports why a command line would be refused before it does anything.
// Brackets mark words that the reader replaces.
func parses(line string) error {
	root := newRoot(&terminal{})
	cmd, rest, err := root.Find(strings.Fields(strings.NewReplacer("[", "", "]", "", "...", "").Replace(line)))
	if err != nil {
		return err
	}
	if cmd == root {
		return misusef("", "no such command")
	}
	return cmd.ParseFlags(rest)
}
