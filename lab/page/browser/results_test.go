package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"echolab/lab/text"
)

// read opens a file that has no script, and returns its text.
func read(t *testing.T, address string, w window) (b *tab, said string) {
	t.Helper()
	b = open(t, address, w)
	b.until("document.readyState === 'complete'")
	if asked := b.asks(); asked != "" {
		t.Errorf("it asks for %s", asked)
	}
	return b, value[string](b, "document.body.innerText")
}

// TestSweepFile: the file of a sweep opens from disk, has its charts, and the figures of
// the JSON form.
func TestSweepFile(t *testing.T) {
	runs := filepath.Join(t.TempDir(), "runs.json")
	lab(t, "sweep", "loss", "--over", "loss=0%:40%:20%", "--seeds", "2", "--messages", "50", "--output", runs)
	b, said := read(t, made(t, "sweep", "--merge", runs, "--lang", "en"), usual)
	for _, m := range medians(t, runs) {
		if !strings.Contains(said, m) {
			t.Errorf("the file does not have %q", m)
		}
	}
	if n := value[int](b, "[...document.querySelectorAll('svg')].filter((one) => one.clientHeight > 100).length"); n != 2 {
		t.Errorf("%d charts are seen", n)
	}
	b.picture("report-sweep", true)
	b, said = read(t, made(t, "sweep", "--merge", runs, "--lang", "ko"), window{width: 400, height: 800, language: "ko"})
	if !strings.Contains(said, "이론") {
		t.Error("the Korean file is not in Korean")
	}
	if wide := value[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide {
		t.Error("the file is wider than a telephone")
	}
	b.picture("report-sweep-narrow", true)
}

// medians are UDP's delivered messages at each point of a sweep, as they stand in a row
// of the table: of two runs with 50 messages, and so whole percents.
func medians(t *testing.T, file string) (rows []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Points []struct {
			At           map[string]string
			Measurements []struct {
				ID     string
				Values map[string]json.Number
			}
		}
	}
	if err := json.Unmarshal(content, &s); err != nil || len(s.Points) != 3 {
		t.Fatalf("%d points: %v", len(s.Points), err)
	}
	for _, p := range s.Points {
		for _, m := range p.Measurements {
			if m.ID == "delivered" {
				rows = append(rows, p.At["loss"]+"\t"+m.Values["udp"].String()+"\t")
			}
		}
	}
	return rows
}

// TestGradeFile: the file of a grade opens from disk, and what a hostile program printed
// stays text.
func TestGradeFile(t *testing.T) {
	const hostile = `</pre><script>document.title="taken"</script>` +
		`<img src="http://192.0.2.1/x" onerror="document.title='taken'">`
	program := filepath.Join(t.TempDir(), "program.sh")
	source := "echo " + text.ShellWords(hostile) + "\nexit 1\n"
	if err := os.WriteFile(program, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "grade.html")
	lab(t, "grade", "echo-tcp", "--lang", "en", "--output", file, "--", "sh", program, "{host}", "{port}")
	b, said := read(t, "file://"+file, usual)
	if !strings.Contains(said, hostile) {
		t.Errorf("what the program printed is not told in\n%s", said)
	}
	if !strings.Contains(said, "0 of 100 points") {
		t.Errorf("the grade is not told in\n%s", said)
	}
	if title := value[string](b, "document.title"); strings.Contains(title, "taken") {
		t.Errorf("the title is %q", title)
	}
	b.picture("report-grade", true)
}
