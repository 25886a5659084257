package ladder

import (
	"strings"

	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
	"echolab/lab/words"
)

// stroke is how an arrow is drawn.
type stroke int

const (
	plain   stroke = iota
	dropped        // ends in the middle, with an X
	late           // overtaken on its way
	copied         // made by the link
	damaged        // arrives with a flipped bit
	flying         // not arrived yet
)

// strokeOf chooses the stroke of a packet's arrow.
func strokeOf(p trace.Packet, overtaken int) stroke {
	switch {
	case p.Fate == link.Lost, p.Fate == link.Overflowed:
		return dropped
	case p.Fate == link.Corrupted:
		return damaged
	case p.Copy:
		return copied
	case overtaken > 0:
		return late
	}
	return plain
}

var strokes = map[stroke]string{plain: "─", dropped: "─", late: "╌", copied: "═", damaged: "~", flying: "─"}

// arrow draws a packet between the lines of the two hosts, so many columns
// wide, with a label on it.
func arrow(width int, label string, from wire.Side, s stroke) string {
	label = shortened(label, width-4)
	if s == dropped {
		return broken(width, label, from)
	}
	pen := strokes[s]
	text := " " + label + " "
	left := max(width-1-words.Width(text), 0) / 2
	right := max(width-1-words.Width(text)-left, 0)
	line := strings.Repeat(pen, left) + text + strings.Repeat(pen, right)
	if from == wire.Client {
		return line + "▶"
	}
	return "◀" + line
}

// shortened is a label that fits.
func shortened(label string, width int) string {
	if words.Width(label) <= width {
		return label
	}
	return words.Wrap(label, width-1)[0] + "…"
}

// broken draws a packet that gets no further than the middle.
func broken(width int, label string, from wire.Side) string {
	text := " " + label + " "
	middle := width / 2
	pad := max(middle-words.Width(text), 1)
	head := (pad + 1) / 2
	if from == wire.Client {
		return words.Pad(strings.Repeat("─", head)+text+strings.Repeat("─", pad-head)+"X", width)
	}
	return words.PadLeft("X"+strings.Repeat("─", pad-head)+text+strings.Repeat("─", head), width)
}
