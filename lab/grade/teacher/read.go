package teacher

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// largest is how many bytes a file may have.
const largest = 1 << 20

// Read makes an assignment of a file's content. Its error is of type Problems where
// something is wrong with the file.
func Read(content []byte) (grade.Assignment, error) {
	root, err := parse(content)
	if err != nil {
		return grade.Assignment{}, err
	}
	f, err := decode(root)
	if err != nil {
		return grade.Assignment{}, err
	}
	b := &builder{file: f, root: root, own: text.Own{}}
	a := b.assignment()
	if len(b.problems) > 0 {
		return grade.Assignment{}, sorted(b.problems)
	}
	digest := sha256.Sum256(content)
	a.Digest, a.File = hex.EncodeToString(digest[:]), content
	return a, nil
}

// problem is one problem at a path of the file.
func problem(root ast.Node, path []string, says text.Message) Problem {
	at := place(root, path)
	return Problem{at.Line, at.Column, key(path), says}
}

// sorted are problems in the order of the file.
func sorted(all Problems) Problems {
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return all
}

// parse reads the file as YAML: one document of keys.
func parse(content []byte) (ast.Node, error) {
	whole := func(says text.Message) error { return Problems{{Line: 1, Column: 1, Says: says}} }
	if len(content) > largest {
		return nil, whole(text.Sayf("the file has more than %d bytes", largest))
	}
	if !utf8.Valid(content) {
		return nil, whole(text.Say("the file is not in UTF-8: save it so in your editor"))
	}
	parsed, err := parser.ParseBytes(bytes.TrimPrefix(content, []byte("\ufeff")), 0)
	if err != nil {
		return nil, syntax(err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, whole(text.Say("the file should hold one document of YAML"))
	}
	root := parsed.Docs[0].Body
	if alias := firstAlias(root); alias != nil {
		at := alias.GetToken().Position
		says := text.Say("anchors, aliases and tags are not for such a file")
		return nil, Problems{{Line: at.Line, Column: at.Column, Says: says}}
	}
	return root, nil
}

// syntax is an error of the YAML parser as a problem.
func syntax(err error) error {
	e, ok := errors.AsType[yaml.Error](err)
	if !ok || e.GetToken() == nil {
		return Problems{{Line: 1, Column: 1, Says: text.Sayf("this is no YAML: %s", err.Error())}}
	}
	at := e.GetToken().Position
	return Problems{{Line: at.Line, Column: at.Column, Says: text.Sayf("this is no YAML: %s", e.GetMessage())}}
}

// aliases looks for what makes a file larger than it is, or other than it looks.
type aliases struct{ first ast.Node }

func (a *aliases) Visit(n ast.Node) ast.Visitor {
	switch n.(type) {
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode, *ast.MergeKeyNode:
		if a.first == nil {
			a.first = n
		}
	}
	return a
}

func firstAlias(root ast.Node) ast.Node {
	a := &aliases{}
	ast.Walk(a, root)
	return a.first
}

// decode holds the file against the schema, and reads it.
func decode(root ast.Node) (*file, error) {
	var content any
	if err := yaml.NodeToValue(root, &content); err != nil {
		return nil, syntax(err)
	}
	plain, err := asJSON(content)
	if err != nil {
		return nil, syntax(err) // a number that JSON has not
	}
	found, err := violations(plain)
	if err != nil {
		return nil, err
	}
	var problems Problems
	for _, f := range found {
		problems = append(problems, problem(root, f.path, f.says))
	}
	if len(problems) > 0 {
		return nil, sorted(problems)
	}
	f := &file{}
	if err := yaml.NodeToValue(root, f); err != nil {
		return nil, syntax(err)
	}
	return f, nil
}

// write is a file as YAML.
func (f *file) write() ([]byte, error) {
	return yaml.MarshalWithOptions(f, yaml.IndentSequence(true), yaml.CustomMarshaler(quoted))
}

// usual are strings that need no quotation marks. The library would leave them out for
// others, too, and then read another text.
var usual = regexp.MustCompile(`^\pL([\pL\pN ,._-]*[\pL\pN.])?$`)

// quoted writes a string. One in JSON is one in YAML, too.
func quoted(s string) ([]byte, error) {
	if usual.MatchString(s) {
		return yaml.Marshal(s)
	}
	return json.Marshal(s)
}
