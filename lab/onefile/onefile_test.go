package onefile

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// hostile is what a name or a message of a system may be.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`

// written is the file as text.
func written(t *testing.T, f File) string {
	t.Helper()
	var b strings.Builder
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// whole is a file with all its parts, and hostile words wherever words may come from
// elsewhere.
func whole() File {
	said := text.Quote(hostile)
	return File{
		Title: said, Again: hostile, Warnings: []text.Message{said}, Tables: "<p>tables</p>",
		Runs: []Run{{ID: "loss", Title: said, Events: []byte("</script>")}},
		Lessons: []experiments.Experiment{{ID: "loss", Prose: experiments.Prose{
			Title: said, Question: said, Method: said, Why: said, Steps: []text.Message{said}, Theory: []text.Message{said},
			References: []string{hostile},
		}}},
		Report: &result.Report{
			Environment: result.Environment{Lab: hostile, OS: hostile, Networks: map[string]string{hostile: hostile}},
			Options:     result.Options{Network: hostile, Preset: hostile, Transports: []string{hostile}},
		},
	}
}

// TestHostile: whatever is said in a file, it has no elements but its own.
func TestHostile(t *testing.T) {
	page := written(t, whole())
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("the file has %d scripts, want the events and what shows them", n)
	}
	body := page[strings.Index(page, "<body>"):strings.Index(page, "<script")]
	harmless := regexp.MustCompile(`^</?(body|main|section|nav|div|h[1-3]|p|a|ul|ol|li|code|details|summary|` +
		`table|tbody|tr|th|td|label|select|option|input|button|output|span)( [a-z-]+(="[\w ./&#;-]*")?)*>$`)
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(body, -1) {
		if !harmless.MatchString(tag) {
			t.Errorf("the file has %s", tag)
		}
	}
	if n := strings.Count(body, "alert(1)"); n < 15 {
		t.Errorf("the words are told %d times", n)
	}
	if !strings.Contains(page, ">"+base64.StdEncoding.EncodeToString([]byte("</script>"))+"<") {
		t.Error("the events are not there")
	}
}

// TestParts: a part that is empty is left out, and its link.
func TestParts(t *testing.T) {
	ids := []string{"viewer", "results", "lessons", "made"}
	for _, c := range []struct {
		without string
		change  func(*File)
	}{
		{"", func(*File) {}},
		{"viewer", func(f *File) { f.Runs = nil }},
		{"results", func(f *File) { f.Tables = "" }},
		{"lessons", func(f *File) { f.Lessons = nil }},
		{"made", func(f *File) { f.Report = nil }},
	} {
		f := whole()
		c.change(&f)
		page := written(t, f)
		for _, id := range ids {
			want := 1
			if id == c.without {
				want = 0
			}
			part, link := strings.Count(page, ` id="`+id+`"`), strings.Count(page, `"#`+id+`"`)
			if part != want || link != want {
				t.Errorf("without %q: %s is there %d times, its link %d times", c.without, id, part, link)
			}
		}
		if c.without == "viewer" && strings.Contains(page, "<script") {
			t.Error("without packets there is a script")
		}
	}
}
