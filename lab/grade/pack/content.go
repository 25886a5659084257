package pack

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
	"time"

	"echolab/lab/text"
)

//go:embed files
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"word":        func(word string) string { return text.ShellWords(word) },
	"words":       func(words []string) string { return text.ShellWords(words...) },
	"python":      python,
	"expression":  func(name string) string { return "${{ " + name + " }}" }, // GitHub puts its value in
	"unevaluated": unevaluated,
}).ParseFS(files, "files/*"))

// unevaluated is a text in which GitHub finds no expression of its own.
func unevaluated(script string) string { return strings.ReplaceAll(script, "${{", "${{ '${{' }}") }

// python writes a value as Python does: a string, or a list of them, is written as
// in JSON.
func python(value any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return strings.TrimSpace(b.String()), err
}

// content is a file of an archive; nil is none.
func (o Options) content(source string) ([]byte, error) {
	switch source {
	case binary:
		return os.ReadFile(o.Binary)
	case secret:
		if len(o.Secret) == 0 {
			return nil, nil
		}
		return []byte(string(o.Secret) + "\n"), nil
	case teacher:
		return o.File, nil
	case "README":
		source += "." + o.Lang + ".md"
	}
	return o.filled(source)
}

// filled is a template with the options filled in.
func (o Options) filled(name string) ([]byte, error) {
	excuse, ok := excuses[o.Lang]
	if !ok {
		return nil, fmt.Errorf("language %q: want en or ko", o.Lang)
	}
	program, err := os.ReadFile(o.Binary)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(program)
	hidden := []string{}
	if len(o.Secret) > 0 {
		hidden = append(hidden, secret)
	}
	if len(o.File) > 0 {
		hidden = append(hidden, teacher)
	}
	var body bytes.Buffer
	err = templates.ExecuteTemplate(&body, name, map[string]any{
		"Assignment": o.argument(), "Seed": o.Seed, "Hidden": hidden,
		"Secret": len(o.Secret) > 0, "File": len(o.File) > 0, "Dated": o.Dated,
		"Flags": []string{
			"--lang", o.Lang, "--timeout", o.Timeout.String(), "--start-timeout", max(startTimeout, o.StartTimeout).String(),
		},
		"Minutes": int((o.Timeout+time.Minute-1)/time.Minute) + spareMinutes, "Excuse": excuse, "Command": o.Command,
		"Repository": o.Repository, "Ref": o.Ref, "URL": o.URL, "Sum": hex.EncodeToString(sum[:]),
	})
	return body.Bytes(), err
}

// argument is what lab grade gets as the assignment: its id, or the teacher's file,
// which the script holds open when it is not there any more.
func (o Options) argument() string {
	if len(o.File) > 0 {
		return "/proc/self/fd/3"
	}
	return o.Assignment
}

// excuses are what a student reads where the grader itself could not run, by
// language. They stand inside of JSON inside of a shell script.
var excuses = map[string]string{
	"en": "The grader could not run. This is not the fault of the submission: tell your teacher.",
	"ko": "채점기를 실행하지 못했다. 제출물의 잘못이 아니므로 선생님에게 알려 주기 바란다.",
}

// startTimeout lets a submission's "run" build the program first.
const startTimeout = time.Minute

// spareMinutes are for what a job does beside the grading.
const spareMinutes = 5
