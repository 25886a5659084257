package page

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// bundle makes one script of a module and of those that it imports, for a file from
// disk: a browser loads no modules there. Each module is a function of its own, which
// returns what it exports; they stand in the order in which they need each other.
//
// It knows the forms that the page's modules use, each on a line of its own, and
// refuses every other, and modules that import each other in a circle. What is
// exported is constant, so that those who import it may take its value.
func bundle(files fs.FS, entry string) (string, error) {
	b := &bundler{files: files}
	if _, err := b.add(entry); err != nil {
		return "", err
	}
	return "(() => {\n\"use strict\";\n" + b.out.String() + "})();\n", nil
}

type bundler struct {
	files fs.FS
	done  []string // in the order of the script
	under []string // that wait for what they import
	out   strings.Builder
}

// The forms.
var (
	importNames   = regexp.MustCompile(`^import \{ ([\w$, ]+) \} from "(\./[\w./-]+)";$`)
	importDefault = regexp.MustCompile(`^import (\w+) from "(\./[\w./-]+)";$`)
	exportOne     = regexp.MustCompile(`^export ((?:async )?function|class|const) (\w+)`)
	exportNames   = regexp.MustCompile(`^export \{ ([\w$, ]+) \};$`)
	anyForm       = regexp.MustCompile(`^\s*(import|export)\b|\bimport\s*[.(]`)
	endsScript    = regexp.MustCompile(`(?i)</script|<!--`)
)

// add adds a module once, behind those that it imports, and returns the name of what
// it exports.
func (b *bundler) add(file string) (name string, err error) {
	name = "module_" + regexp.MustCompile(`\W`).ReplaceAllString(file, "_")
	switch {
	case slices.Contains(b.done, file):
		return name, nil
	case slices.Contains(b.under, file):
		return "", fmt.Errorf("%s imports itself, by way of %s", file, strings.Join(b.under, ", "))
	}
	b.under = append(b.under, file)
	source, err := fs.ReadFile(b.files, file)
	if err != nil {
		return "", fmt.Errorf("read the module %s: %w", file, err)
	}
	body, err := b.body(file, string(source))
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b.out, "const %s = (() => {\n%s})();\n", name, body)
	b.under, b.done = b.under[:len(b.under)-1], append(b.done, file)
	return name, nil
}

// body is a module as the body of a function. Comments stay as they are.
func (b *bundler) body(file, source string) (string, error) {
	if bad := endsScript.FindString(source); bad != "" {
		return "", fmt.Errorf("%s: %q would end the script that it stands in", file, bad)
	}
	var out strings.Builder
	var exports []string
	inComment := false
	for line := range strings.Lines(source) {
		line = strings.TrimRight(line, "\r\n")
		inComment = inComment || strings.HasPrefix(strings.TrimSpace(line), "/*")
		if !inComment {
			statement, names, err := b.statement(file, line)
			if err != nil {
				return "", err
			}
			line, exports = statement, append(exports, names...)
		}
		inComment = inComment && !strings.Contains(line, "*/")
		out.WriteString(line + "\n")
	}
	return out.String() + "return { " + strings.Join(exports, ", ") + " };\n", nil
}

// statement is a line as it stands in the function, and what it exports.
func (b *bundler) statement(file, line string) (statement string, exports []string, err error) {
	if m := importNames.FindStringSubmatch(line); m != nil {
		from, err := b.add(path.Join(path.Dir(file), m[2]))
		return fmt.Sprintf("const { %s } = %s;", strings.ReplaceAll(m[1], " as ", ": "), from), nil, err
	}
	if m := importDefault.FindStringSubmatch(line); m != nil {
		from, err := b.add(path.Join(path.Dir(file), m[2]))
		return fmt.Sprintf("const %s = %s.default;", m[1], from), nil, err
	}
	if m := exportOne.FindStringSubmatch(line); m != nil {
		return strings.TrimPrefix(line, "export "), []string{m[2]}, nil
	}
	if m := exportNames.FindStringSubmatch(line); m != nil {
		return "", renamed(m[1]), nil
	}
	if anyForm.MatchString(line) && !strings.HasPrefix(line, "//") {
		return "", nil, fmt.Errorf("%s: a form of import or export that is not known: %s", file, line)
	}
	return line, nil, nil
}

// renamed turns "a, b as c" into the members of an object: "a", "c: b".
func renamed(names string) []string {
	var members []string
	for name := range strings.SplitSeq(names, ",") {
		name = strings.TrimSpace(name)
		if own, other, ok := strings.Cut(name, " as "); ok {
			name = other + ": " + own
		}
		members = append(members, name)
	}
	return members
}
