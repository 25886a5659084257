// Package wordstest finds the sentences of a package, so that its tests can
// ask words.Missing about them.
package texttest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"echolab/lab/text"
)

// Keys returns the sentences in the Go files of a folder, without those of its
// tests: the first argument, where it is a literal, of every call of a
// function or method with one of these names ("Say").
func Keys(t testing.TB, folder string, functions ...string) []string {
	t.Helper()
	return Arguments(t, folder, 0, functions...)
}

// Arguments is Keys for another argument than the first, which is number 0.
func Arguments(t testing.TB, folder string, number int, functions ...string) []string {
	t.Helper()
	var keys []string
	inspect(t, folder, func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && slices.Contains(functions, called(call)) {
			keys = append(keys, literal(call, number)...)
		}
	})
	return keys
}

// Fields returns the literals that the Go files of a folder put into fields and
// variables of these names ("Reason"), by assignment, declaration or in a
// composite literal, also those in a list ([]string{"...", "..."}).
func Fields(t testing.TB, folder string, names ...string) []string {
	t.Helper()
	var keys []string
	add := func(field, value ast.Expr) {
		if selector, ok := field.(*ast.SelectorExpr); ok {
			field = selector.Sel
		}
		if name, ok := field.(*ast.Ident); ok && slices.Contains(names, name.Name) {
			keys = append(keys, texts(value)...)
		}
	}
	inspect(t, folder, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			add(n.Key, n.Value)
		case *ast.AssignStmt:
			for i, field := range n.Lhs {
				if i < len(n.Rhs) {
					add(field, n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, value := range n.Values {
				add(n.Names[i], value)
			}
		}
	})
	return keys
}

// inspect visits everything in the Go files of a folder but its tests.
func inspect(t testing.TB, folder string, visit func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s (%v)", folder, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("parse %s: %v", name, err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			visit(n)
			return true
		})
	}
}

// called is the name of the function or method that is called.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// literal is an argument, if it is a string literal or several that are added.
func literal(call *ast.CallExpr, number int) []string {
	if len(call.Args) <= number {
		return nil
	}
	if s, ok := literalString(call.Args[number]); ok {
		return []string{s}
	}
	return nil
}

// texts is a string literal, or those of a list.
func texts(e ast.Expr) []string {
	elements := []ast.Expr{e}
	if list, ok := e.(*ast.CompositeLit); ok {
		elements = list.Elts
	}
	var all []string
	for _, element := range elements {
		if s, ok := literalString(element); ok {
			all = append(all, s)
		}
	}
	return all
}

func literalString(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		x, okX := literalString(e.X)
		y, okY := literalString(e.Y)
		return x + y, okX && okY
	}
	return "", false
}

// Complete fails the test for every key that a language has no translation of.
func Complete(t testing.TB, keys []string) {
	t.Helper()
	if len(keys) == 0 {
		t.Error("no sentences to look for")
	}
	for _, lang := range text.Languages() {
		for _, key := range text.Missing(lang, keys) {
			t.Errorf("no translation into %s of %q", lang, key)
		}
	}
}
