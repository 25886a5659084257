package format

import (
	"encoding/json"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// secretive is a late result with checks that students do not see, or not yet.
func secretive() *grade.Result {
	due := options.Now.Add(-26 * time.Hour)
	check := func(id string, v grade.Visibility, s grade.Status, score int) grade.CheckResult {
		c := grade.CheckResult{ID: id, Title: text.Say("title of " + text.Phrase(id)), Status: s, Score: score, Max: 10, Visibility: v}
		if s != grade.Passed {
			c.Message, c.Steps, c.Output = text.Say("message of "+text.Phrase(id)), []text.Message{text.Say("step of " + text.Phrase(id))}, "output of "+id
		}
		return c
	}
	return &grade.Result{
		Schema: grade.SchemaName, Assignment: "own", Title: text.Say("Own"), Max: 50, Score: 24, Due: due,
		Late: &grade.Late{Submitted: due.Add(time.Hour), Due: due, Percent: 20, Reached: 30, Off: 6},
		Checks: []grade.CheckResult{
			check("open-good", "", grade.Passed, 10), check("open-bad", grade.Visible, grade.Failed, 0),
			check("secret-bad", grade.Hidden, grade.Failed, 0), check("secret-good", grade.Hidden, grade.Passed, 10),
			check("later", grade.AfterDue, grade.Passed, 10),
		},
		Warnings: []text.Message{},
	}
}

// TestHidden: what students do not see is in no form for them, in every form for the
// teacher, and its points are in the sum.
func TestHidden(t *testing.T) {
	for _, name := range Names() {
		early, teacher := options, options
		early.Now = secretive().Due.Add(-time.Minute)
		teacher.Teacher = true
		for _, c := range []struct {
			who          string
			o            Options
			secret, late bool // whether they are shown
		}{
			{"students", options, false, true},
			{"students before the due time", early, false, false},
			{"teachers", teacher, true, true},
		} {
			body := shown(t, name, written(t, name, secretive(), c.o))
			everything := name == "json" || name == "gradescope"
			for part, want := range map[string]bool{
				"secret-": c.secret || everything, "later": c.late || everything, "open-bad": true,
				"not-shown": !c.secret && !everything,
			} {
				if strings.Contains(body, part) != want {
					t.Errorf("%s for %s: %q is there: %v, want %v\n%s", name, c.who, part, !want, want, body)
				}
			}
		}
	}
}

// shown is a form as its reader sees it.
func shown(t *testing.T, name string, body []byte) string {
	t.Helper()
	if name != "github" {
		return string(body)
	}
	decoded, err := json.Marshal(payload(t, name, body))
	if err != nil {
		t.Fatal(err)
	}
	return string(decoded)
}

// TestSumOfHidden: platforms that add points up come to the grade.
func TestSumOfHidden(t *testing.T) {
	for name, points := range map[string][2]string{"classroom50": {"score", "max-score"}, "github": {"score", ""}} {
		sum, most := 0, 0
		for _, test := range payload(t, name, written(t, name, secretive(), options)).(map[string]any)["tests"].([]any) {
			sum += number(t, test, points[0])
			if points[1] != "" {
				most += number(t, test, points[1])
			}
		}
		if sum != 24 || name == "classroom50" && most != 50 {
			t.Errorf("%s: the tests add up to %d of %d points", name, sum, most)
		}
	}
}

func number(t *testing.T, test any, key string) int {
	t.Helper()
	n, err := test.(map[string]any)[key].(json.Number).Int64()
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// TestHiddenGradescope: Gradescope gets all, and is told who sees it.
func TestHiddenGradescope(t *testing.T) {
	result := payload(t, "gradescope", written(t, "gradescope", secretive(), options)).(map[string]any)
	for i, want := range []any{nil, "visible", "hidden", "hidden", "after_due_date"} {
		if got := result["tests"].([]any)[i].(map[string]any)["visibility"]; got != want {
			t.Errorf("test %d: visibility %v, want %v", i, got, want)
		}
	}
	if said := result["output"].(string); !strings.Contains(said, "24 of 50 points") || !strings.Contains(said, "of the 30 points that were reached") {
		t.Error(said)
	}
}

// TestHiddenSchemas: such results keep to the schemas.
func TestHiddenSchemas(t *testing.T) {
	for _, name := range []string{"json", "gradescope", "classroom50", "github"} {
		schema, err := jsonschema.NewCompiler().Compile(filepath.Join(golden, name+".schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(payload(t, name, written(t, name, secretive(), options))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := xml.Unmarshal(written(t, "junit", secretive(), options), &struct{}{}); err != nil {
		t.Error(err)
	}
}

// TestLateSaid: people read what lateness has cost, in their language.
func TestLateSaid(t *testing.T) {
	ko := options
	var err error
	if ko.Words, err = text.For("ko"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"table", "html"} {
		if got := strings.Join(strings.Fields(string(written(t, name, secretive(), options))), " "); !strings.Contains(got, "of the 30 points that were reached, 20 % are taken off, which is 6.") {
			t.Errorf("%s: %s", name, got)
		}
		if got := string(written(t, name, secretive(), ko)); !strings.Contains(got, "얻은 30점에서 20 %인 6점을 깎는다.") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
