package format

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const golden = "../../../testdata/grade"

// example is a result with every status in it.
func example() *grade.Result {
	return &grade.Result{
		Schema: grade.SchemaName, Lab: "v1.0.0", Assignment: "echo-tcp", Title: text.Say("A TCP echo server"),
		Command: []string{"python3", "server.py", "{host}", "{port}"}, Seed: 1, Score: 5, Max: 30, Seconds: 12.3456,
		Checks: []grade.CheckResult{
			{ID: "port-bound", Title: text.Say("listens on the port that it is given"), Status: grade.Passed, Score: 5, Max: 5, Seconds: 0.25, Document: "000_4fb1e7b5eede80f4.txt"},
			{
				ID: "keeps-utf8", Title: text.Say("sends Korean text (UTF-8) back unharmed"), Status: grade.Failed, Max: 10, Seconds: 0.5, Document: "000_4fb1e7b5eede80f4.txt",
				Message: grade.Failf("%s should have been sent %s, but byte %d was %s instead of %s.", text.Say("The client"), grade.Quote([]byte("안녕\n")), 1, grade.QuoteByte('?'), grade.QuoteByte(0xEC)).Sentence,
				Ended:   text.Sayf("The program had ended by then: %s.", text.Sayf("killed by a signal: %s", "segmentation fault")), Exit: &sandbox.Exit{Signal: "segmentation fault"},
				Steps: []text.Message{text.Sayf("start %s", "./server 127.0.0.1 23456"), text.Sayf("%s connects to %s", text.Say("The client"), "127.0.0.1:23456")},
				Hint:  text.Say("Treat a message as bytes."), Output: "listening\n<b>&\"bold\"\n", OutputCut: 1234,
			},
			{ID: "survives-junk", Title: text.Say("goes on after junk"), Status: grade.Skipped, Max: 5, Message: text.Sayf("First make %s pass.", "keeps-utf8")},
			{ID: "steady-memory", Title: text.Say("needs no more memory"), Status: grade.Errored, Max: 10, Seconds: 1, Message: text.Sayf("The grader could not go on: %v.", "no memory | left")},
		},
		Warnings: []text.Message{text.Say("namespaces do not open here")},
	}
}

var options = Options{
	Width: 80, Env: func(string) string { return "" }, Now: time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC),
	System: "linux/amd64", Again: "lab grade echo-tcp",
}

func written(t *testing.T, name string, r *grade.Result, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, name, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			got := written(t, name, example(), options)
			path := filepath.Join(golden, "result."+name)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got; -update rewrites it):\n%s", path, diff)
			}
		})
	}
}

// payload is the JSON document of a form.
func payload(t *testing.T, name string, body []byte) any {
	t.Helper()
	if name == "github" {
		line, ok := strings.CutPrefix(string(body), "result=")
		if !ok || strings.Count(line, "\n") != 1 {
			t.Fatalf("not one line result=...: %q", body)
		}
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		body = decoded
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	return v
}

// TestSchemas holds every form in JSON against its schema, with results good
// and bad, and shows that the schemas can fail.
func TestSchemas(t *testing.T) {
	for _, name := range []string{"json", "gradescope", "classroom50", "github"} {
		t.Run(name, func(t *testing.T) {
			schema, err := jsonschema.NewCompiler().Compile(filepath.Join(golden, name+".schema.json"))
			if err != nil {
				t.Fatal(err)
			}
			long := example()
			long.Checks[1].Output = strings.Repeat("가나다 <&>\n", 2000)
			none := &grade.Result{Schema: grade.SchemaName, Assignment: "x", Interrupted: true, Checks: []grade.CheckResult{}, Warnings: []text.Message{}}
			for _, r := range []*grade.Result{example(), long, none} {
				if err := schema.Validate(payload(t, name, written(t, name, r, options))); err != nil {
					t.Error(err)
				}
			}
			broken := payload(t, name, written(t, name, example(), options)).(map[string]any)
			broken["score"], broken["status"] = "much", "so-so"
			if schema.Validate(broken) == nil {
				t.Error("the schema lets a score of words and an unknown status pass")
			}
		})
	}
}

// TestPlatformLimits holds texts to what the platforms show.
func TestPlatformLimits(t *testing.T) {
	r := example()
	r.Checks[1].Output = strings.Repeat("가", 5000)
	r.Checks[1].Title = text.Say(text.Phrase(strings.Repeat("제목", 100)))
	var result struct {
		Tests []struct{ Name, Output string }
		Score int
	}
	if err := json.Unmarshal(written(t, "gradescope", r, options), &result); err != nil {
		t.Fatal(err)
	}
	for _, test := range result.Tests {
		if len(test.Name) > 100 || len(test.Output) > 2000 || strings.ContainsRune(test.Name+test.Output, '\uFFFD') {
			t.Errorf("name of %d bytes, output of %d bytes", len(test.Name), len(test.Output))
		}
	}
}

// TestScoresAddUp adds the tests' points up as the platforms do.
func TestScoresAddUp(t *testing.T) {
	for _, name := range []string{"gradescope", "classroom50", "github"} {
		v := payload(t, name, written(t, name, example(), options)).(map[string]any)
		sum := int64(0)
		for _, test := range v["tests"].([]any) {
			n, err := test.(map[string]any)["score"].(json.Number).Int64()
			if err != nil {
				t.Errorf("%s: a score that is not whole: %v", name, err)
			}
			sum += n
		}
		if sum != 5 {
			t.Errorf("%s: the tests have %d points, want 5", name, sum)
		}
	}
}

func TestJUnitIsXML(t *testing.T) {
	r := example()
	r.Checks[1].Message = text.Say("control \x01 and ]]> and \xff")
	var suites struct {
		Suite struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Skipped  int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(written(t, "junit", r, options), &suites); err != nil {
		t.Fatal(err)
	}
	if s := suites.Suite; s.Tests != 4 || s.Failures != 1 || s.Errors != 1 || s.Skipped != 1 {
		t.Errorf("counts = %+v", s)
	}
}

func TestClassroomVariables(t *testing.T) {
	o := options
	o.Env = func(name string) string {
		return map[string]string{"CLASSROOM": "net-101", "ASSIGNMENT": "echo", "OWNER": "kim", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://x/c"}[name]
	}
	v := payload(t, "classroom50", written(t, "classroom50", example(), o)).(map[string]any)
	for key, want := range map[string]string{"classroom": "net-101", "assignment": "echo", "owner": "kim", "submission": "submit/1", "review": "https://x/c"} {
		if v[key] != want {
			t.Errorf("%s = %v, want %s", key, v[key], want)
		}
	}
}

func TestColour(t *testing.T) {
	plain := written(t, "table", example(), options)
	if bytes.ContainsRune(plain, 0x1b) {
		t.Error("colour where none was asked for")
	}
	o := options
	o.Colour = true
	if !bytes.ContainsRune(written(t, "table", example(), o), 0x1b) {
		t.Error("no colour where it was asked for")
	}
}

// TestUnknownChecks: what a busy machine could not tell is never called wrong, and where a
// platform knows nothing else, it says so first.
func TestUnknownChecks(t *testing.T) {
	r := example()
	r.Checks = []grade.CheckResult{{
		ID: "keeps-utf8", Title: text.Say("sends Korean text (UTF-8) back unharmed"), Status: grade.Unknown, Max: 10,
		Message: text.Sayf("It needs %s, which is unknown.", "echoes-one-line"),
	}}
	for name, want := range map[string]string{
		"table": "  unknown     0/10  keeps-utf8  It needs echoes-one-line, which is unknown.\n",
		"html":  `<span class="open">unknown</span>`, "json": `"status": "unknown"`,
		"junit":      `<error message="It needs echoes-one-line, which is unknown."`,
		"gradescope": `"name": "unknown: keeps-utf8: sends`, "classroom50": `"test-name": "unknown: keeps-utf8: sends`,
	} {
		out := string(written(t, name, r, options))
		if !strings.Contains(out, want) || strings.Contains(out, ">failed<") {
			t.Errorf("%s lacks %q:\n%s", name, want, out)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(&bytes.Buffer{}, "pdf", example(), options)
	if err == nil || !strings.Contains(err.Error(), "junit") {
		t.Errorf("error = %v, want one that lists the forms", err)
	}
}
