package plan

import (
	"bytes"
	"embed"
	"fmt"
	"text/template"

	"echolab/lab/text"
)

//go:embed files
var files embed.FS

var scripts = template.Must(template.New("").Funcs(template.FuncMap{
	"word":  func(word string) string { return text.ShellWords(word) },
	"words": func(words []string) string { return text.ShellWords(words...) },
}).ParseFS(files, "files/*"))

// fill fills a script in. Whatever comes from outside goes through words.
func fill(name string, values any) (string, error) {
	var b bytes.Buffer
	if err := scripts.ExecuteTemplate(&b, name, values); err != nil {
		return "", fmt.Errorf("fill %s in: %w", name, err)
	}
	return b.String(), nil
}

// checkGrader ends a script, unless the SHA-256 of the file $1 is $2.
var checkGrader = fmt.Sprintf(`found=$(sha256sum <"$1")
if [ "${found%%%% *}" != "$2" ]; then
  echo "$1 is not the grader that this plan was made with: its SHA-256 is ${found%%%% *}, not $2" >&2
  exit %d
fi
`, wrongGrader)
