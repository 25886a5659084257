package text

import (
	"strings"
	"unicode/utf8"

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

// Cut shortens a line to so many cells, of which the last then shows that
// something is missing.
func Cut(s string, width int) string { return cells.Truncate(s, width, "…") }

// space is a blank at which no line is broken. Wrap prints it as a plain one.
const space = "\u00a0"

// Together makes of text a piece that Wrap does not break if it fits a line.
func Together(s string) string { return strings.ReplaceAll(s, " ", space) }

// Wrap breaks text into lines of at most so many cells, between words where it
// can, inside a word that is longer than a line, and not between a number and
// its unit. Line breaks of the text stay. The result has at least one line.
func Wrap(s string, width int) []string {
	width = max(width, 2) // a Hangul syllable has to fit
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines = append(lines, wrap(paragraph, width)...)
	}
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, space, " ")
	}
	return lines
}

// Longest is the width of the longest piece of a text that Wrap would rather
// not break.
func Longest(s string) int {
	longest := 0
	for _, piece := range pieces(s) {
		longest = max(longest, Width(piece))
	}
	return longest
}

// wrap fills lines with the pieces of one paragraph.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, piece := range pieces(s) {
		switch {
		case line == "":
			line = piece
		case Width(line)+1+Width(piece) <= width:
			line += " " + piece
		default:
			lines = append(lines, line)
			line = piece
		}
		for Width(line) > width {
			head := breakAt(line, width)
			lines = append(lines, strings.TrimSuffix(line[:head], space))
			line = strings.TrimPrefix(line[head:], space)
		}
	}
	return append(lines, line)
}

// pieces are the words of a text, each number with its unit.
func pieces(s string) []string {
	var list []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }) {
		if last := len(list) - 1; last >= 0 && isNumber(list[last]) && isUnit(word) {
			list[last] += space + word
			continue
		}
		list = append(list, word)
	}
	return list
}

func isNumber(word string) bool { return isDigit(word[len(word)-1:]) }

// isDigit reports whether a text begins with one.
func isDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// isUnit knows the units that a number should not be parted from.
func isUnit(word string) bool {
	switch strings.TrimRight(word, ",.;:)") {
	case "%", "s", "ms", "µs", "RTT", "Mbit/s", "KB", "MB", "MiB":
		return true
	}
	return false
}

// breakAt is where to cut a piece that does not fit: behind the last blank that
// does, else behind a hyphen or another joint, else where the line is full. The
// comma of a number is no joint: "659," reads as a whole number.
func breakAt(piece string, width int) int {
	used, full, blank, joint := 0, 0, 0, 0
	for i, r := range piece {
		used += cells.RuneWidth(r)
		if used > width {
			break
		}
		full = i + utf8.RuneLen(r)
		switch {
		case strings.ContainsRune(space, r):
			blank = full
		case strings.ContainsRune("-–/_:", r), r == ',' && !isDigit(piece[full:]):
			joint = full
		}
	}
	switch {
	case blank > 0:
		return blank
	case joint > 0:
		return joint
	case full > 0:
		return full
	}
	_, full = utf8.DecodeRuneInString(piece) // not one character fits
	return full
}
