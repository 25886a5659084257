package handout

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// extensions are those of the source files of the languages that have starters.
var extensions = map[string]string{"python": "py", "c": "c", "go": "go"}

// Languages are the programming languages that have starters.
func Languages() []string { return []string{"go", "python", "c"} }

// program is the name of the program that a starter holds.
func program(k grade.Kind) string {
	return map[grade.Kind]string{grade.Server: "server", grade.Client: "client", grade.Pair: "transfer"}[k]
}

// starters is the folder of an assignment's source templates.
func starters(a grade.Assignment) string {
	if a.Kind == grade.Pair {
		return "transfer"
	}
	return a.Network + "-" + program(a.Kind)
}

// Starter is the folder that a student starts from: the program with its TODO
// lines, the file "run" that starts it, and a README. The files lie in memory and
// carry the rights that they need, so that os.CopyFS makes the folder. Of an
// assignment of answers there is one folder, with the form to fill in, whatever
// the programming language.
func Starter(a grade.Assignment, language string, printer text.Printer) (fs.FS, error) {
	p := newPage(a, printer)
	readme := "." + printer.Lang() + ".md"
	if a.Kind == grade.Answers {
		return p.folder(map[string]string{"README.md": "common/README-theory" + readme},
			fstest.MapFS{"answers.txt": {Data: []byte(p.Form), Mode: 0o644}})
	}
	extension, ok := extensions[language]
	if !ok {
		return nil, fmt.Errorf("starter of %s in language %q: %w", a.ID, language, fs.ErrNotExist)
	}
	p.Source = p.Program + "." + extension
	template := p.Source
	if language == "go" {
		template += ".txt" // or the go command would take it for a package
	}
	return p.folder(map[string]string{
		p.Source:    path.Join(starters(a), language, template),
		"run":       "common/run-" + language,
		"README.md": "common/README" + readme,
	}, fstest.MapFS{})
}

// folder fills templates, by name in the folder, and adds them to one.
func (p page) folder(templates map[string]string, to fstest.MapFS) (fs.FS, error) {
	for name, template := range templates {
		text, err := p.fill(path.Join("starters", template))
		if err != nil {
			return nil, err
		}
		mode := fs.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		to[name] = &fstest.MapFile{Data: []byte(text), Mode: mode}
	}
	return to, nil
}
