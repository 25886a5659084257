package teacher

import (
	"bytes"
	"context"
	"slices"

	"echolab/lab/grade"
)

// run does a check.
type run = func(ctx context.Context, s *grade.Subject) error

// changes are what a server may do with a message. Letters are those of ASCII, whatever
// else the message is made of.
var changes = map[string]func([]byte) []byte{
	"upper":    func(b []byte) []byte { return letters(b, 'a', 'z') },
	"lower":    func(b []byte) []byte { return letters(b, 'A', 'Z') },
	"reversed": reversed,
}

// letters is a message with the letters of one case as those of the other.
func letters(b []byte, first, last byte) []byte {
	out := bytes.Clone(b)
	for i, c := range b {
		if first <= c && c <= last {
			out[i] = c ^ ' '
		}
	}
	return out
}

// reversed is a message from its last byte to its first; a line end stays behind.
func reversed(b []byte) []byte {
	line, ended := bytes.CutSuffix(b, []byte("\n"))
	out := bytes.Clone(line)
	slices.Reverse(out)
	if ended {
		out = append(out, '\n')
	}
	return out
}
