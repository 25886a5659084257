package text

import "strings"

// Style is how text looks on a terminal with colour: the parameter of the
// control function SGR (ECMA-48, 8.3.117).
type Style string

// The styles.
const (
	Plain   Style = ""
	Bold    Style = "1"
	Dim     Style = "2"
	Red     Style = "31"
	Green   Style = "32"
	Yellow  Style = "33"
	Blue    Style = "34"
	Magenta Style = "35"
	Cyan    Style = "36"
)

// Paint puts text into the style where colour is wanted.
func (s Style) Paint(content string, color bool) string {
	if !color || s == Plain || content == "" {
		return content
	}
	return "\x1b[" + string(s) + "m" + content + "\x1b[0m"
}

// Markdown is a text as GitHub's Markdown shows it: what has a meaning there, also
// in the cell of a table, is escaped.
func Markdown(content string) string { return escaper.Replace(content) }

var escaper = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "<", "&lt;", "\n", " ")
