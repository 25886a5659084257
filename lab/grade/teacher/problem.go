package teacher

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"echolab/lab/text"
)

// Problem is something in a file that is not as it should be.
type Problem struct {
	Line, Column int    // from 1
	Key          string // where, as "checks[2].points"; "" is the file
	Says         text.Message
}

// Message is the problem with its place.
func (p Problem) Message() text.Message {
	if p.Key == "" {
		return text.Sayf("%d:%d: %s", p.Line, p.Column, p.Says)
	}
	return text.Sayf("%d:%d: %s: %s", p.Line, p.Column, p.Key, p.Says)
}

// Problems are all that were found in a file, one at least.
type Problems []Problem

// Error tells the first of them.
func (p Problems) Error() string {
	first := p[0].Message().String()
	if len(p) == 1 {
		return first
	}
	return fmt.Sprintf("%s (and %d more)", first, len(p)-1)
}

// key writes a path as a reader finds it.
func key(path []string) string {
	var b strings.Builder
	for _, p := range path {
		switch _, err := strconv.Atoi(p); {
		case err == nil:
			b.WriteString("[" + p + "]")
		case b.Len() > 0:
			b.WriteString("." + p)
		default:
			b.WriteString(p)
		}
	}
	return b.String()
}

// place is where a path leads, or the innermost thing on its way that is there.
func place(node ast.Node, path []string) *token.Position {
	at := start(node)
	for _, p := range path {
		inner, found := child(node, p)
		if inner == nil {
			return at
		}
		node, at = inner, found
	}
	return at
}

// child is what stands under a key or an index, and where it begins: a key at its name.
func child(node ast.Node, name string) (ast.Node, *token.Position) {
	switch node := node.(type) {
	case *ast.MappingNode:
		for _, v := range node.Values {
			if v.Key.GetToken().Value == name {
				return v.Value, v.Key.GetToken().Position
			}
		}
	case *ast.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i < len(node.Values) {
			return node.Values[i], start(node.Values[i])
		}
	}
	return nil, nil
}

// start is where an item begins: one of keys at the first of them.
func start(node ast.Node) *token.Position {
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken().Position
	}
	return node.GetToken().Position
}
