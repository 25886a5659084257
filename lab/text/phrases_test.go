package text_test

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"echolab/lab/text"
)

var update = flag.Bool("update", false, "give translations whose English was reworded their new key")

// elsewhere is where a phrase stands that only another system says.
const elsewhere = "elsewhere"

// module is where this test finds the house.
const module = "../.."

// same are the phrases that are alike in every language: units and functions.
// Names in capitals need not be told.
var same = []text.Phrase{"ms", "µs", "1/s", "Mbit/s", "count", "socket", "bind", "listen", "accept"}

// ofSystems are phrases that no source has: errors as Linux words them.
var ofSystems = []text.Phrase{"cannot assign requested address", "connection refused"}

// TestTranslations: every phrase of the house has a translation, and every
// translation a phrase. A phrase whose English was reworded leaves its
// translation behind: with -update it takes it along, to be read again.
func TestTranslations(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("some phrases are of Linux only")
	}
	phrases := phrases(t)
	catalogue := translations(t)
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(phrases)), func(p text.Phrase) bool {
		return catalogue[p] != "" || p == "" || needsNone(p) || phrases[p] == elsewhere
	})
	var stale []text.Phrase
	for _, key := range slices.Sorted(maps.Keys(catalogue)) {
		if _, said := phrases[key]; !said {
			stale = append(stale, key)
		}
	}
	if *update {
		missing, stale = rekeyed(t, missing, stale, catalogue)
	}
	for _, p := range missing {
		t.Errorf("%s: no translation of %q", phrases[p], p)
	}
	for _, key := range stale {
		t.Errorf("%s: nobody says %q", catalogue[key], key)
	}
}

// needsNone reports whether a phrase is the same in every language: a sign, a
// unit, a name in capitals, or a command to paste.
func needsNone(p text.Phrase) bool {
	if slices.Contains(same, p) || strings.HasPrefix(string(p), "sudo ") && !strings.ContainsAny(string(p), ",;") {
		return true
	}
	words := regexp.MustCompile(`%[-+ #0]*\d*(\.\d+)?[a-zA-Z%]`).ReplaceAllString(string(p), "")
	return words == strings.ToUpper(words)
}

// phrases are all constants of type text.Phrase in the sources, with the place
// of one of each, and those that templates have.
func phrases(t *testing.T) map[text.Phrase]string {
	t.Helper()
	mode := packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports |
		packages.NeedFiles
	all, err := packages.Load(&packages.Config{Mode: mode, Dir: module}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	found := ofTemplates(t)
	for _, said := range ofSystems {
		found[said] = "Linux"
	}
	named := map[*types.TypeName]bool{}
	for _, p := range all {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		for _, name := range p.IgnoredFiles {
			maps.Copy(found, literals(t, name))
		}
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if spec, ok := n.(*ast.TypeSpec); ok && isPhrase(p.TypesInfo.TypeOf(spec.Type), nil) {
					named[p.TypesInfo.Defs[spec.Name].(*types.TypeName)] = true
				}
				return true
			})
		}
	}
	for _, p := range all {
		for e, v := range p.TypesInfo.Types {
			if v.Value == nil || v.Value.Kind() != constant.String || !isPhrase(v.Type, named) {
				continue
			}
			if said := text.Phrase(constant.StringVal(v.Value)); said != "" {
				found[said] = p.Fset.Position(e.Pos()).String()
			}
		}
	}
	return found
}

// literals are the texts in a file of another system, all of which may be
// phrases.
func literals(t *testing.T, name string) map[text.Phrase]string {
	t.Helper()
	found := map[text.Phrase]string{}
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return found
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				found[text.Phrase(s)] = elsewhere
			}
		}
		return true
	})
	return found
}

// isPhrase reports whether a type is text.Phrase, or declared as one.
func isPhrase(t types.Type, named map[*types.TypeName]bool) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	if named[n.Obj()] {
		return true
	}
	return n.Obj().Name() == "Phrase" && n.Obj().Pkg() != nil && strings.HasSuffix(n.Obj().Pkg().Path(), "lab/text")
}

// said is how a template of a starter says a phrase.
var said = regexp.MustCompile(`\.Say "([^"]*)"`)

// ofTemplates are the phrases of the starters.
func ofTemplates(t *testing.T) map[text.Phrase]string {
	t.Helper()
	found := map[text.Phrase]string{}
	err := filepath.WalkDir(filepath.Join(module, "lab", "grade"), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(name, "starters") {
			return err
		}
		content, err := os.ReadFile(name)
		for _, m := range said.FindAllSubmatch(content, -1) {
			found[text.Phrase(m[1])] = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// translations are the keys of the catalogue, and the file of each.
func translations(t *testing.T) map[text.Phrase]string {
	t.Helper()
	names, err := filepath.Glob("ko/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[text.Phrase]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var pairs map[text.Phrase]string
		if err := json.Unmarshal(content, &pairs); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key := range pairs {
			all[key] = name
		}
	}
	return all
}

// rekeyed gives translations that are left behind the key of the phrase that
// resembles theirs, and returns what is still missing and still stale.
func rekeyed(t *testing.T, missing, stale []text.Phrase, files map[text.Phrase]string) (lost, left []text.Phrase) {
	t.Helper()
	for _, key := range stale {
		at := closest(key, missing)
		if at < 0 {
			left = append(left, key)
			continue
		}
		rename(t, files[key], key, missing[at])
		t.Logf("%s: read the translation of %q again", files[key], missing[at])
		missing = slices.Delete(missing, at, at+1)
	}
	return missing, left
}

// closest is the place of the phrase that shares most words with a key, -1 if
// none shares half of them.
func closest(key text.Phrase, phrases []text.Phrase) int {
	best, most := -1, 0.5
	for i, p := range phrases {
		if s := resemblance(string(key), string(p)); s >= most {
			best, most = i, s
		}
	}
	return best
}

// resemblance is the share of the words of two sentences that both have.
func resemblance(a, b string) float64 {
	one, other := strings.Fields(a), strings.Fields(b)
	both := 0
	for _, w := range one {
		if i := slices.Index(other, w); i >= 0 {
			other = slices.Delete(other, i, i+1)
			both++
		}
	}
	return float64(2*both) / float64(len(one)+len(other)+both)
}

// rename writes another key into a file of translations.
func rename(t *testing.T, file string, old, key text.Phrase) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), quoted(t, old)+":", quoted(t, key)+":", 1)
	if changed == string(content) {
		t.Fatalf("%s: no key %q to rename", file, old)
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

// quoted is a phrase as the catalogue writes it.
func quoted(t *testing.T, p text.Phrase) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(string(p)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
