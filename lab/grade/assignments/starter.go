package assignments

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing/fstest"
)

// Starter is the folder that a student starts from: the program with its TODO
// lines, the file "run" that starts it, and a README in lang. The files lie in
// memory and carry the rights that they need, so that os.CopyFS makes the
// folder. Of theory there is one folder, with the file of answers, whatever the
// language. An unknown id or language is fs.ErrNotExist.
func Starter(id, language, lang string, facts Facts) (fs.FS, error) {
	e, err := find(id)
	if err != nil {
		return nil, err
	}
	if err := knownLanguage(lang); err != nil {
		return nil, err
	}
	p := e.page(lang, facts)
	if e.kind == answers {
		return folder(p, map[string]string{"README.md": "common/README-theory." + lang + ".md"},
			fstest.MapFS{"answers.txt": {Data: []byte(facts.Questions), Mode: 0o644}})
	}
	extension, ok := extensions[language]
	if !ok {
		return nil, fmt.Errorf("starter of %s in language %q: %w", id, language, fs.ErrNotExist)
	}
	p.Source = p.Program + "." + extension
	template := p.Source
	if language == "go" {
		template += ".txt" // or the go command would take it for a package
	}
	return folder(p, map[string]string{
		p.Source:    path.Join(string(e.kind), language, template),
		"run":       "common/run-" + language,
		"README.md": "common/README." + lang + ".md",
	}, fstest.MapFS{})
}

// extensions are those of the languages' source files.
var extensions = map[string]string{"python": "py", "c": "c", "go": "go"}

// folder fills templates, by name in the folder, and adds them to one.
func folder(p page, templates map[string]string, to fstest.MapFS) (fs.FS, error) {
	for name, template := range templates {
		text, err := fill(p, path.Join("starters", template))
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
