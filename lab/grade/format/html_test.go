package format

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// body is the page without its head, which holds the style.
func body(t *testing.T, page []byte) string {
	t.Helper()
	_, after, ok := strings.Cut(string(page), "<body>")
	if !ok {
		t.Fatal("no body")
	}
	return after
}

// rows are the cells of a table of the page, as text.
func rows(t *testing.T, page []byte, id string) [][]string {
	t.Helper()
	_, after, _ := strings.Cut(body(t, page), `<table id="`+id+`">`)
	table, _, ok := strings.Cut(after, "</table>")
	if !ok {
		t.Fatalf("no table %s", id)
	}
	d := xml.NewDecoder(strings.NewReader("<table>" + table + "</table>"))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var all [][]string
	inside := false // a cell
	for {
		token, err := d.Token()
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "tr":
				all = append(all, nil)
			case "td", "th":
				all[len(all)-1] = append(all[len(all)-1], "")
				inside = true
			}
		case xml.EndElement:
			inside = inside && e.Name.Local != "td" && e.Name.Local != "th"
		case xml.CharData:
			if last := len(all) - 1; inside {
				all[last][len(all[last])-1] += string(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestHTMLHasTheFiguresOfJSON holds the golden page against the golden JSON.
func TestHTMLHasTheFiguresOfJSON(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(golden, "result.html"))
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(golden, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r grade.Result
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	var want [][]string
	for _, c := range r.Checks {
		about := c.Title.String()
		if c.Undone() {
			about += c.Message.String()
		}
		want = append(want, []string{string(c.Status), fmt.Sprintf("%d/%d", c.Score, c.Max), c.ID, about})
	}
	if diff := cmp.Diff(want, rows(t, page, "checks")[1:]); diff != "" {
		t.Errorf("checks (-JSON +HTML):\n%s", diff)
	}
	environment := rows(t, page, "environment")
	for _, want := range [][]string{
		{"Lab", r.Lab}, {"Seed", fmt.Sprint(r.Seed)}, {"Command", strings.Join(r.Command, " ")},
	} {
		if !slices.ContainsFunc(environment, func(row []string) bool { return slices.Equal(row, want) }) {
			t.Errorf("the environment %q lacks %q", environment, want)
		}
	}
	for _, want := range []string{
		"5 of 30 points, 17 %", "(1234 bytes before", "lab grade echo-tcp -- python3 server.py {host} {port}",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// hostile is a result in which everything that a student chooses is an attack.
func hostile() *grade.Result {
	attack := "</pre></style></title><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\x00\u202e\xff]]>\"'"
	r := example()
	r.Submission, r.Command = attack, []string{attack}
	for i := range r.Checks {
		c := &r.Checks[i]
		c.Output, c.Message = attack+"\n"+attack, text.Sayf("%s", attack)
		c.Steps = []text.Message{text.Sayf("start %s", attack)}
		c.Ended, c.Hint = text.Sayf("%s", attack), text.Sayf("%s", attack)
		c.Document = attack
	}
	r.Warnings = append(r.Warnings, text.Sayf("%s", attack))
	return r
}

// TestHTMLIsHarmless: whatever a program prints stays text, and nothing is loaded.
func TestHTMLIsHarmless(t *testing.T) {
	page := body(t, written(t, "html", hostile(), options))
	harmless := regexp.MustCompile(`^</?(main|section|h[123]|p|ul|li|div|table|thead|tbody|tr|th|td|span|br|pre|a|body|html)` +
		`( (class|id)="[a-z0-9-]+"| href="#[a-z0-9-]+")?>$`)
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1) {
		if !harmless.MatchString(tag) {
			t.Errorf("the page has %s", tag)
		}
	}
	if strings.ContainsAny(page, "\x00\x1b\u202e'") {
		t.Error("control characters or bare quotes are in the page")
	}
	if n := strings.Count(page, "&lt;script&gt;alert(1)&lt;/script&gt;"); n < 20 {
		t.Errorf("only %d of the attacks are there to read", n)
	}
}

func TestHTMLIsBounded(t *testing.T) {
	r := example()
	for range 16 {
		c := r.Checks[1]
		c.Output, c.OutputCut = strings.Repeat("\"\x00", 1<<20), 7
		c.Steps = slices.Repeat([]text.Message{text.Sayf("start %s", strings.Repeat("'", 5000))}, 40)
		c.Message, c.Hint, c.Ended = c.Steps[0], c.Steps[0], c.Steps[0]
		r.Checks = append(r.Checks, c)
	}
	page := written(t, "html", r, options)
	if len(page) > 1<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if !strings.Contains(string(page), fmt.Sprintf("(%d bytes before", 7+5<<20-mostText/2/len(r.Checks))) {
		t.Error("the page does not say how much of the output is left out")
	}
}

func TestHTMLInKorean(t *testing.T) {
	o := options
	var err error
	if o.Words, err = text.For("ko"); err != nil {
		t.Fatal(err)
	}
	page := string(written(t, "html", example(), o))
	for _, want := range []string{`<html lang="ko">`, "30점 만점에 5점, 17 %", "건너뜀", "다시 채점하는 명령:"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestHTMLOfNothing(t *testing.T) {
	none := &grade.Result{Schema: grade.SchemaName, Assignment: "x", Interrupted: true}
	page := string(written(t, "html", none, options))
	if !strings.Contains(page, "0 of 0 points") || strings.Contains(page, " %<") || !strings.Contains(page, "Interrupted") {
		t.Errorf("page:\n%s", body(t, []byte(page)))
	}
}
