package ladder

import (
	"fmt"
	"io"
	"strings"

	"echolab/lab/trace"
	"echolab/lab/words"
)

// Wrapped is one message as a transport wraps it.
type Wrapped struct {
	Transport string
	Layers    []trace.Layer // from the message outwards
}

// Layers prints how each transport wraps one message: the layers one around
// the other, and every header field by field.
func Layers(w io.Writer, all []Wrapped, o Options) error {
	o.Width = max(o.Width, narrowest)
	p := &page{Options: o}
	for i, one := range all {
		if i > 0 {
			p.line("")
		}
		p.wrapped(one)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// wrapped prints the layers of one message.
func (p *page) wrapped(one Wrapped) {
	p.line(strings.ToUpper(one.Transport))
	p.line("")
	p.nest(one.Layers)
	for _, l := range one.Layers {
		if len(l.Header) == 0 {
			continue
		}
		p.line("")
		p.line(p.Words.Say("%s: a header of %d bytes before %d bytes", p.name(l), len(l.Header), len(l.Body)))
		p.fields(l.Fields)
	}
	message, packet := one.Layers[0], one.Layers[len(one.Layers)-1]
	whole := len(packet.Header) + len(packet.Body)
	p.line("")
	for _, line := range words.Wrap(p.Words.Say("%d bytes pass for a message of %d; Ethernet would add 18 more", whole, len(message.Body)), p.Width) {
		p.line(line)
	}
}

// name is a layer's word in the reader's language.
func (p *page) name(l trace.Layer) string {
	switch l.Name {
	case "message":
		return p.Words.Say("message")
	case "frame":
		return p.Words.Say("frame")
	case "segment":
		return p.Words.Say("segment")
	case "datagram":
		return p.Words.Say("datagram")
	}
	return p.Words.Say("packet")
}

// nest draws the layers below each other, each with its header before what the
// one above it is.
func (p *page) nest(layers []trace.Layer) {
	names := 0
	for _, l := range layers {
		names = max(names, words.Width(p.name(l)))
	}
	indent := make([]int, len(layers)+1) // from the outermost inwards
	for i := len(layers) - 1; i >= 0; i-- {
		indent[i] = indent[i+1]
		if n := len(layers[i].Header); n > 0 {
			indent[i] += len(header(layers[i], p)) + 1
		}
	}
	for i, l := range layers {
		line := "  " + words.Pad(p.name(l), names+2) + strings.Repeat(" ", indent[i+1])
		if len(l.Header) > 0 {
			line += "│" + header(l, p)
		}
		p.line(line + "│" + body(layers[0], i, layers) + "│")
	}
}

// header is what stands for a header in the drawing.
func header(l trace.Layer, p *page) string {
	return fmt.Sprintf(" %s %d ", map[string]string{"frame": "+", "segment": "TCP", "datagram": "UDP", "packet": "IP"}[l.Name], len(l.Header))
}

// body is what a layer carries in the drawing: the message, or what the layers
// within it made of it.
func body(message trace.Layer, i int, layers []trace.Layer) string {
	if i == 0 {
		return " " + printable(message.Body) + " "
	}
	inner := layers[i-1]
	if len(inner.Header) == 0 {
		return body(message, i-1, layers)
	}
	return header(inner, nil) + "│" + body(message, i-1, layers)
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

// fields prints the fields of a header: bytes, name, value and meaning.
func (p *page) fields(fields []trace.Field) {
	const name, value = 17, 16
	hex := 12
	for _, f := range fields {
		bytes := fmt.Sprintf("% x", f.Bytes)
		if len(bytes) > hex-1 {
			bytes = bytes[:hex-4] + "..."
		}
		head := "  " + words.Pad(bytes, hex) + " " + words.Pad(f.Name, name) + " " + words.Pad(f.Value, value) + " "
		for i, means := range words.Wrap(p.Words.Text(f.Means), max(p.Width-words.Width(head), 12)) {
			if i > 0 {
				head = strings.Repeat(" ", words.Width(head))
			}
			p.line(head + means)
		}
	}
}
