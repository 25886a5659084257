// Package format writes results in the forms that people and grading
// platforms read. All forms are printed from the one model of package grade.
package format

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// Options is what the forms need besides the result.
type Options struct {
	Words  text.Printer
	Width  int                      // columns of the table
	Colour bool                     // in the table
	Env    func(name string) string // looks up what a platform says about the submission
	Now    time.Time                // the time of grading, for forms that want it
	System string                   // where it was graded, as "linux/amd64"
	Again  string                   // the command line that grades so again, without the program; "" is none
	// Teacher shows what students do not see. JSON has it always, and Gradescope is told
	// to hide it.
	Teacher bool
	// Today decides what students see of checks that wait for the due time; it is Now where
	// it is zero.
	Today time.Time
}

// writers are the forms by name.
var writers = map[string]func(w io.Writer, r *grade.Result, o Options) error{
	"table":       table,
	"json":        plainJSON,
	"junit":       junit,
	"gradescope":  gradescope,
	"classroom50": classroom50,
	"github":      github,
	"html":        page,
}

// Names are the forms, in the order of the help.
func Names() []string {
	return []string{"table", "json", "junit", "gradescope", "classroom50", "github", "html"}
}

// Write writes a result in the form of that name.
func Write(w io.Writer, name string, r *grade.Result, o Options) error {
	write, ok := writers[name]
	if !ok {
		return fmt.Errorf("format %q: want one of %s", name, strings.Join(Names(), ", "))
	}
	if !o.Teacher && name != "json" && name != "gradescope" {
		r = forStudents(r, o.today())
	}
	return write(w, r, o)
}

func (o Options) today() time.Time {
	if o.Today.IsZero() {
		return o.Now
	}
	return o.Today
}

func plainJSON(w io.Writer, r *grade.Result, _ Options) error { return writeJSON(w, r) }

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// most is how many bytes of a check's text the platforms show at least; what
// matters most comes first.
const most = 2000

// details is a check's text for a platform: what was wrong, how to go on, what
// was done, and what the program printed.
func details(c grade.CheckResult, p text.Printer) string {
	var b strings.Builder
	line := func(t text.Message) {
		if !t.IsZero() {
			b.WriteString(p.Text(t) + "\n")
		}
	}
	line(c.Message)
	line(c.Ended)
	if !c.Hint.IsZero() {
		line(text.Sayf("hint: %s", c.Hint))
	}
	for i, step := range c.Steps {
		line(text.Sayf("%3d. %s", i+1, step))
	}
	if c.Output != "" {
		line(text.Say("the end of what the program printed:"))
		b.WriteString(c.Output)
	}
	return cut(strings.TrimRight(b.String(), "\n"), most)
}

// cut bounds a text, on a character's boundary.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const mark = "\n..."
	return strings.ToValidUTF8(s[:n-len(mark)], "") + mark
}

// title is a check's name for a platform, at most 100 bytes.
func title(c grade.CheckResult, p text.Printer) string {
	name := c.ID + ": " + p.Text(c.Title)
	if c.Status == grade.Unknown { // platforms know right and wrong only
		name = p.Text(marks[c.Status].word) + ": " + name
	}
	return strings.ReplaceAll(cut(name, 100), "\n", " ")
}

// wrong are the checks that a reader must look at.
func wrong(r *grade.Result) []grade.CheckResult {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c grade.CheckResult) bool {
		return c.Status == grade.Passed || c.Undone()
	})
}
