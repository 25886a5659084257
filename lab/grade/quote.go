package grade

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"echolab/lab/text"
)

// quoteMost is how many bytes of a message a sentence shows.
const quoteMost = 40

// Quote shows a message in a sentence: its length and its beginning.
func Quote(data []byte) text.Message {
	switch {
	case len(data) == 0:
		return text.Say("0 bytes")
	case len(data) == 1:
		return text.Sayf("1 byte %s", strconv.Quote(string(data)))
	case len(data) <= quoteMost:
		return text.Sayf("%d bytes %s", len(data), strconv.Quote(string(data)))
	}
	cut := quoteMost
	for cut > quoteMost-utf8.UTFMax && !utf8.RuneStart(data[cut]) {
		cut--
	}
	return text.Sayf("%d bytes beginning with %s", len(data), strconv.Quote(string(data[:cut])))
}

// QuoteByte shows one byte in a sentence.
func QuoteByte(b byte) string {
	if b < utf8.RuneSelf && strconv.IsPrint(rune(b)) {
		return strconv.QuoteRune(rune(b))
	}
	return fmt.Sprintf("0x%02X", b)
}

// Printable makes a program's output safe to show: control characters but
// line ends and tabs, and broken UTF-8, become visible.
func Printable(b []byte) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(string(b), "\uFFFD") {
		switch {
		case r == '\n' || r == '\t' || strconv.IsPrint(r):
			out.WriteRune(r)
		case r == '\r':
		default:
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return out.String()
}
