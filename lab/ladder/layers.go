package ladder

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"echolab/lab/packet"
	"echolab/lab/text"
)

// Layers prints how each transport wrapped one message: the layers one around
// the other, and every header field by field.
func Layers(w io.Writer, all []packet.Sent, o Options) error {
	o.Width = max(o.Width, narrowest)
	p := &page{Options: o}
	for i, one := range all {
		if i > 0 {
			p.line("")
		}
		p.sent(one)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// sent prints the layers of one message.
func (p *page) sent(one packet.Sent) {
	p.line(strings.ToUpper(one.Transport))
	p.line("")
	p.nest(one)
	for _, l := range one.Layers {
		p.line("")
		p.wrapped(p.Words.Sayf("%s, %d bytes: %s", l.Name, l.Len(), l.Task))
		for _, f := range l.Fields {
			p.field(f)
		}
	}
	p.line("")
	p.wrapped(p.Words.Sayf("%d bytes pass for a message of %d; around them Ethernet would put 18 more",
		one.Message+one.Headers(), one.Message))
}

// nest draws the layers below each other from the message outwards: each is
// the one above it with a header before.
func (p *page) nest(one packet.Sent) {
	names := p.wrappings(one)
	widest := 0
	for _, name := range names {
		widest = max(widest, text.Width(name))
	}
	var boxes []string
	for i, l := range one.Layers {
		boxes = append(boxes, box(one, i, l))
	}
	indent := text.Width(strings.Join(boxes, "│")) - text.Width(boxes[len(boxes)-1])
	for i := len(boxes) - 1; i >= 0; i-- {
		drawing := strings.Repeat(" ", indent) + "│" + strings.Join(boxes[i:], "│") + "│"
		p.line("  " + text.Pad(names[i], widest+2) + drawing)
		if i > 0 {
			indent -= text.Width(boxes[i-1]) + 1
		}
	}
}

// wrappings names what each layer, with all that it carries, is.
func (p *page) wrappings(one packet.Sent) []string {
	transport := p.Words.Say("datagram")
	if one.Transport == "tcp" {
		transport = p.Words.Say("segment")
	}
	names := []string{p.Words.Say("packet"), transport}
	if len(one.Layers) == 4 {
		names = append(names, p.Words.Say("frame"))
	}
	return append(names, p.Words.Say("message"))
}

// box is what stands for a layer in the drawing.
func box(one packet.Sent, i int, l packet.Layer) string {
	switch {
	case i == len(one.Layers)-1:
		return " " + printable(l.Fields[0].Bytes) + " "
	case i == 0:
		return fmt.Sprintf(" IP %d ", l.Len())
	case i == 1:
		return fmt.Sprintf(" %s %d ", strings.ToUpper(one.Transport), l.Len())
	}
	return " " + strconv.Itoa(l.Len()) + " "
}

// mostShown bounds how much of a message is shown.
const mostShown = 20

// printable shows the text of a message.
func printable(b []byte) string {
	var s strings.Builder
	for i, c := range b {
		if i == mostShown {
			return s.String() + "…"
		}
		if c < ' ' || c > '~' {
			c = '.'
		}
		s.WriteByte(c)
	}
	return s.String()
}

// hexWidth is the columns for the bytes of a field: eight bytes.
const hexWidth = 8*3 - 1

// field prints a field: its bytes, its name, and what the bytes say.
func (p *page) field(f packet.Field) {
	says := p.Words.Text(f.Name)
	if !f.Value.IsZero() {
		says = p.Words.Sayf("%s: %s", says, p.Words.Text(f.Value))
	}
	lines := text.Wrap(says, p.Width-hexWidth-4)
	hex := fmt.Sprintf("% x", f.Bytes)
	for i := 0; i < len(lines) || hex != ""; i++ {
		bytes, said := hex[:min(len(hex), hexWidth)], ""
		hex = strings.TrimPrefix(hex[len(bytes):], " ")
		if i < len(lines) {
			said = lines[i]
		}
		p.line("  " + text.Pad(bytes, hexWidth) + "  " + said)
	}
}
