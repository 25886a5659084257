package ladder

import (
	"strings"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// stroke is how an arrow is drawn.
type stroke string

const (
	plain   stroke = "─"
	dropped stroke = "X" // ends in the middle
	late    stroke = "╌" // overtaken on its way
	copied  stroke = "═" // made by the link
	damaged stroke = "~" // arrives with a flipped bit
)

// strokeOf chooses the stroke of a packet's arrow.
func strokeOf(p packet.Packet, overtaken int) stroke {
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

// arrow draws a packet between the lines of the two hosts, width columns apart,
// with a label on it.
func arrow(width int, label string, from wire.Side, s stroke) string {
	label = shortened(label, width-4)
	if s == dropped {
		return broken(width, label, from)
	}
	pen := string(s)
	label = " " + label + " "
	left := max(width-1-text.Width(label), 0) / 2
	right := max(width-1-text.Width(label)-left, 0)
	line := strings.Repeat(pen, left) + label + strings.Repeat(pen, right)
	if from == wire.Client {
		return line + "▶"
	}
	return "◀" + line
}

// shortened is a label that fits.
func shortened(label string, width int) string {
	if text.Width(label) <= width {
		return label
	}
	return text.Wrap(label, width-1)[0] + "…"
}

// broken draws a packet that gets no further than the middle.
func broken(width int, label string, from wire.Side) string {
	label = " " + label + " "
	middle := width / 2
	pad := max(middle-text.Width(label), 1)
	head := (pad + 1) / 2
	if from == wire.Client {
		return text.Pad(strings.Repeat("─", head)+label+strings.Repeat("─", pad-head)+"X", width)
	}
	return text.PadLeft("X"+strings.Repeat("─", pad-head)+label+strings.Repeat("─", head), width)
}
