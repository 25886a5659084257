package words

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// cells counts as terminals do today: Hangul takes two cells, and what Unicode
// calls ambiguous (arrows, µ, box drawings) takes one, in every locale.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// Width is how many cells of a terminal a line of text takes. The text holds
// no escape sequences and no line breaks.
func Width(s string) int { return cells.StringWidth(s) }

// Pad fills a line with spaces up to so many cells; a longer one stays.
func Pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-Width(s)))
}

// PadLeft is Pad with the spaces in front, as numbers want it.
func PadLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-Width(s))) + s
}

// Wrap breaks text into lines of at most so many cells, between words where it
// can, inside a word that is longer than a line. Line breaks of the text stay.
// The result has at least one line.
func Wrap(s string, width int) []string {
	width = max(width, 2) // a Hangul syllable has to fit
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines = append(lines, wrap(paragraph, width)...)
	}
	return lines
}

// wrap fills lines with the words of one paragraph.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for Width(line) > width {
			head := breakAt(line, width)
			lines = append(lines, line[:head])
			line = line[head:]
		}
	}
	return append(lines, line)
}

// breakAt is where to cut a word that does not fit: behind the last hyphen,
// slash or other joint that does, else where the line is full.
func breakAt(word string, width int) int {
	used, full, joint := 0, 0, 0
	for i, r := range word {
		used += cells.RuneWidth(r)
		if used > width {
			break
		}
		full = i + len(string(r))
		if strings.ContainsRune("-/_:,", r) {
			joint = full
		}
	}
	if joint > 0 {
		return joint
	}
	return max(full, 1)
}
