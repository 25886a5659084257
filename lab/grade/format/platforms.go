package format

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// gradescope writes the results.json of Gradescope: see "Autograder
// Specifications" in its documentation.
func gradescope(w io.Writer, r *grade.Result, o Options) error {
	type test struct {
		Score    int      `json:"score"`
		MaxScore int      `json:"max_score"`
		Status   string   `json:"status"`
		Name     string   `json:"name"`
		Number   string   `json:"number"`
		Output   string   `json:"output"`
		Tags     []string `json:"tags"`
		// Visibility has Gradescope's words.
		Visibility grade.Visibility `json:"visibility,omitempty"`
	}
	result := struct {
		Score         int            `json:"score"`
		ExecutionTime float64        `json:"execution_time"`
		Output        string         `json:"output"`
		OutputFormat  string         `json:"output_format"`
		TestFormat    string         `json:"test_output_format"`
		NameFormat    string         `json:"test_name_format"`
		Visibility    string         `json:"visibility"`
		StdoutVisible string         `json:"stdout_visibility"`
		Tests         []test         `json:"tests"`
		Extra         map[string]any `json:"extra_data"`
	}{
		Score: r.Score, ExecutionTime: r.Seconds, OutputFormat: "text", TestFormat: "text", NameFormat: "text",
		Visibility: "visible", StdoutVisible: "hidden", Tests: []test{},
		Output: summary(r, o.Words),
		Extra:  map[string]any{"assignment": r.Assignment, "seed": r.Seed, "lab": r.Lab},
	}
	for i, c := range r.Checks {
		status := "failed"
		if c.Status == grade.Passed {
			status = "passed"
		}
		result.Tests = append(result.Tests, test{
			Score: c.Score, MaxScore: c.Max, Status: status, Name: title(c, o.Words), Number: fmt.Sprint(i + 1),
			Output: details(c, o.Words), Tags: []string{r.Assignment, c.ID, string(c.Status)}, Visibility: c.Visibility,
		})
	}
	return writeJSON(w, result)
}

// summary is the grade in a line, what lateness has cost, and a line for each warning.
func summary(r *grade.Result, p text.Printer) string {
	lines := []string{p.Sayf("%s (%s): %d of %d points", r.Title, r.Assignment, r.Score, r.Max)}
	if r.Late != nil {
		lines = append(lines, p.Text(late(r)))
	}
	for _, w := range r.Warnings {
		lines = append(lines, p.Text(w))
	}
	return strings.Join(lines, "\n")
}

// classroom50 writes the result.json of Classroom 50, schema
// classroom50/result/v1. What the platform knows of the submission comes from
// its variables; without them the values only keep to the schema.
func classroom50(w io.Writer, r *grade.Result, o Options) error {
	type test struct {
		Name     string  `json:"test-name"`
		Passed   bool    `json:"passed"`
		Score    int     `json:"score"`
		MaxScore int     `json:"max-score"`
		Status   string  `json:"status"` // from here on: kept, not read
		Output   string  `json:"output"`
		Seconds  float64 `json:"seconds"`
		Document string  `json:"document,omitempty"`
	}
	type person struct {
		Username string `json:"username"`
	}
	env := func(name, otherwise string) string {
		if v := o.Env(name); v != "" {
			return v
		}
		return otherwise
	}
	commit := env("COMMIT_URL", "unknown")
	now := o.Now.UTC().Format(time.RFC3339)
	result := struct {
		Schema      string  `json:"schema"`
		Classroom   string  `json:"classroom"`
		Assignment  string  `json:"assignment"`
		Type        string  `json:"assignment_type"`
		Owner       string  `json:"owner"`
		Submission  string  `json:"submission"`
		Commit      string  `json:"commit"`
		Release     string  `json:"release"`
		Review      string  `json:"review"`
		Datetime    string  `json:"datetime"`
		GradedAt    string  `json:"graded_at"`
		SubmittedBy *person `json:"submitted_by,omitempty"`
		Score       int     `json:"score"`
		MaxScore    int     `json:"max-score"`
		Tests       []test  `json:"tests"`
	}{
		Schema: "classroom50/result/v1", Classroom: env("CLASSROOM", "unknown"), Assignment: env("ASSIGNMENT", r.Assignment),
		Type: env("ASSIGNMENT_TYPE", "individual"), Owner: env("OWNER", env("USERNAME", "unknown")),
		Submission: env("SUBMISSION_TAG", "submit/unknown"), Commit: commit,
		Release: env("RELEASE_URL", "unknown"), Review: env("REVIEW_URL", commit),
		Datetime: now, GradedAt: now, Score: r.Score, MaxScore: r.Max, Tests: []test{},
	}
	if actor := o.Env("GITHUB_ACTOR"); actor != "" {
		result.SubmittedBy = &person{actor}
	}
	for _, c := range takenOff(r) {
		result.Tests = append(result.Tests, test{
			Name: title(c, o.Words), Passed: c.Status == grade.Passed, Score: c.Score, MaxScore: c.Max,
			Status: string(c.Status), Output: details(c, o.Words), Seconds: c.Seconds, Document: c.Document,
		})
	}
	return writeJSON(w, result)
}

// githubStatus are the statuses of an autograding runner.
var githubStatus = map[grade.Status]string{
	grade.Passed: "pass", grade.Failed: "fail", grade.Skipped: "fail", grade.Errored: "error", grade.Unknown: "error",
}

// github writes the output of a GitHub autograding runner: one line
// "result=..." for $GITHUB_OUTPUT, which is JSON in base64. The reporter adds
// the scores of the tests up, so every test has one.
func github(w io.Writer, r *grade.Result, o Options) error {
	type test struct {
		Name     string `json:"name"`
		Status   string `json:"status"`
		Message  string `json:"message"`
		TestCode string `json:"test_code"`
		Filename string `json:"filename"`
		LineNo   int    `json:"line_no"`
		Duration int64  `json:"duration"` // ms
		Score    int    `json:"score"`
	}
	result := struct {
		Version  int    `json:"version"`
		Status   string `json:"status"`
		MaxScore int    `json:"max_score"`
		Tests    []test `json:"tests"`
	}{Version: 1, Status: "pass", MaxScore: r.Max, Tests: []test{}}
	for _, c := range takenOff(r) {
		status := githubStatus[c.Status]
		if status == "error" || status == "fail" && result.Status == "pass" {
			result.Status = status
		}
		result.Tests = append(result.Tests, test{
			Name: title(c, o.Words), Status: status, Message: details(c, o.Words), TestCode: "lab grade " + r.Assignment,
			Duration: int64(1000 * c.Seconds), Score: c.Score,
		})
	}
	body, err := json.Marshal(result)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "result=%s\n", base64.StdEncoding.EncodeToString(body))
	return err
}

// junit writes the form that continuous-integration servers read.
func junit(w io.Writer, r *grade.Result, o Options) error {
	type note struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name      string `xml:"name,attr"`
		Class     string `xml:"classname,attr"`
		Time      string `xml:"time,attr"`
		Failure   *note  `xml:"failure,omitempty"`
		Error     *note  `xml:"error,omitempty"`
		Skipped   *note  `xml:"skipped,omitempty"`
		SystemOut string `xml:"system-out,omitempty"`
	}
	type suite struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Time     string     `xml:"time,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	s := suite{
		Name: r.Assignment, Tests: len(r.Checks), Failures: r.Count(grade.Failed), Skipped: r.Count(grade.Skipped),
		Errors: r.Count(grade.Errored) + r.Count(grade.Unknown), Time: seconds(r.Seconds),
	}
	for _, c := range r.Checks {
		one := testcase{Name: c.ID, Class: r.Assignment, Time: seconds(c.Seconds)}
		one.SystemOut = o.Words.Sayf("%d of %d points", c.Score, c.Max)
		n := &note{Message: o.Words.Text(c.Message), Text: details(c, o.Words)}
		switch c.Status {
		case grade.Failed:
			n.Type, one.Failure = "requirement", n
		case grade.Errored, grade.Unknown:
			n.Type, one.Error = "grader", n
		case grade.Skipped:
			n.Text, one.Skipped = "", n
		}
		s.Cases = append(s.Cases, one)
	}
	return writeXML(w, struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   suite
	}{Suite: s})
}

func writeXML(w io.Writer, v any) error {
	body, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, body)
	return err
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
