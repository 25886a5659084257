package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/report"
)

// filed runs the program, which writes a file for a browser.
func filed(t *testing.T, shows bool, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	var errs strings.Builder
	to := &terminal{in: strings.NewReader(""), out: &errs, err: &errs, shows: shows}
	if code := runOn(t.Context(), to, append(args, "--output", name)); code != exitDone {
		t.Fatalf("lab %s: exit code %d: %s", strings.Join(args, " "), code, &errs)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestFileHasTheFigures: the tables of a file are those of the report that the same
// command gives as JSON, though the run was watched.
func TestFileHasTheFigures(t *testing.T) {
	args := []string{"setup", "loss", "congestion", "--lang", "en", "--details", "--claims", "--messages", "50"}
	tables, err := report.HTML(measured(t, "", args...), report.Options{Details: true, Claims: true, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	page := filed(t, false, append([]string{"compare", "--network", "simulated", "--quiet"}, args...)...)
	_, rest, _ := strings.Cut(page, `<section id="results">`)
	_, rest, _ = strings.Cut(rest, "</h2>\n")
	got, _, _ := strings.Cut(rest, "</section>")
	if diff := cmp.Diff(tables, got); diff != "" {
		t.Errorf("-json +html:\n%s", diff)
	}
	for _, id := range []string{"setup", "loss", "congestion"} {
		if !strings.Contains(page, `id="events-`+id+`"`) || !strings.Contains(page, `id="lesson-`+id+`"`) {
			t.Errorf("%s has no packets or no explanation", id)
		}
	}
	_, again, _ := strings.Cut(page, "<code>")
	again, _, _ = strings.Cut(again, "</code>")
	want := "lab compare setup loss congestion --network simulated --lang en --details --claims --messages 50 " +
		"--output report.html"
	if again != want {
		t.Errorf("the command that makes it again is\n%s\nwant\n%s", again, want)
	}
}

// TestFileForAPage: what a page asks for has tables only: it has lanes of its own.
func TestFileForAPage(t *testing.T) {
	page := filed(t, true, "compare", "setup", "--network", "simulated", "--quick", "--lang", "en")
	if strings.Contains(page, "<script") || !strings.Contains(page, "<table>") {
		t.Errorf("a page gets\n%.2000s", page)
	}
}

// TestFileWithoutPackets: an experiment on localhost has tables, and nothing to play.
func TestFileWithoutPackets(t *testing.T) {
	page := filed(t, false, "compare", "boundaries", "--network", "localhost", "--quick", "--lang", "en")
	if strings.Contains(page, "<script") || !strings.Contains(page, "<table>") || !strings.Contains(page, `id="made"`) {
		t.Errorf("the file is\n%.2000s", page)
	}
}
