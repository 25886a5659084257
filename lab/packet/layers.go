package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"echolab/lab/text"
)

// Layer is one header of a packet, or what stands behind the last of them. The
// bytes of its fields, one after the other, are the layer.
type Layer struct {
	Name   text.Message
	Task   text.Message // what it is there for
	Fields []Field
}

// Len is the layer's length in bytes.
func (l Layer) Len() int {
	n := 0
	for _, f := range l.Fields {
		n += len(f.Bytes)
	}
	return n
}

// Field is a part of a layer.
type Field struct {
	Name  text.Message
	Bytes []byte
	Value text.Message // what the bytes say
}

var (
	errNotWhole = errors.New("not all of it was kept")
	errNoLayers = errors.New("only whole IPv4 packets with TCP or UDP are known")
)

// Layers takes a packet apart, from the outside to the inside: IPv4, TCP or
// UDP, the bytes of framing that the transport puts before a message, and the
// message.
func Layers(p Packet, framing int) ([]Layer, error) {
	body := p.Payload
	switch {
	case p.FragmentOffset > 0 || p.MoreFragments || p.TCP == nil && p.UDP == nil || !p.Source.Is4():
		return nil, fmt.Errorf("layers of a packet of %d bytes: %w", p.Length, errNoLayers)
	case len(p.Raw) != p.Length || p.NetworkHeader+p.TransportHeader()+body != p.Length || body < framing:
		return nil, fmt.Errorf("layers of a packet of %d bytes: %w", p.Length, errNotWhole)
	}
	d := dissector{rest: p.Raw}
	layers := []Layer{d.ipv4(p)}
	if p.TCP != nil {
		layers = append(layers, d.tcp(p))
	} else {
		layers = append(layers, d.udp(p))
	}
	if framing > 0 {
		layers = append(layers, d.frame(framing))
	}
	return append(layers, d.message()), nil
}

// dissector cuts a packet into fields.
type dissector struct {
	rest   []byte
	fields []Field
}

// field cuts off the next bytes, and returns them as a number if they are one.
func (d *dissector) field(length int, name text.Message, value text.Message) {
	d.fields = append(d.fields, Field{name, d.rest[:length:length], value})
	d.rest = d.rest[length:]
}

// number cuts off a number that speaks for itself.
func (d *dissector) number(length int, name text.Phrase) {
	d.field(length, text.Say(name), plain(big(d.rest[:length])))
}

// layer ends a layer.
func (d *dissector) layer(name, task text.Phrase) Layer {
	l := Layer{Name: text.Say(name), Task: text.Say(task), Fields: d.fields}
	d.fields = nil
	return l
}

// plain is a number as text.
func plain(n uint32) text.Message { return text.Sayf("%s", strconv.FormatUint(uint64(n), 10)) }

// big reads up to four bytes as a number, the most significant one first.
func big(b []byte) uint32 {
	var n uint32
	for _, x := range b {
		n = n<<8 | uint32(x)
	}
	return n
}

// ipv4 is the IP header (RFC 791 section 3.1).
func (d *dissector) ipv4(p Packet) Layer {
	head := d.rest
	d.field(1, text.Say("version, header length"), text.Sayf("IPv%d, %d bytes", head[0]>>4, p.NetworkHeader))
	d.number(1, "type of service")
	d.field(2, text.Say("total length"), text.Sayf("%d bytes", p.Length))
	d.number(2, "identification")
	d.field(2, text.Say("flags, fragment offset"), fragmenting(head[6]))
	d.field(1, text.Say("time to live"), text.Sayf("%d more routers at most", head[8]))
	d.field(1, text.Say("protocol"), text.Sayf("%d: %s follows", head[9], p.Protocol.String()))
	d.field(2, text.Say("checksum"), verdict(sum(head[:p.NetworkHeader], 0)))
	d.field(4, text.Say("source address"), text.Sayf("%s", p.Source.String()))
	d.field(4, text.Say("destination address"), text.Sayf("%s", p.Destination.String()))
	if options := p.NetworkHeader - 20; options > 0 {
		d.field(options, text.Say("options"), text.Message{})
	}
	return d.layer("IP header", "brings the packet to a host")
}

// fragmenting says what the flags of an unfragmented packet allow.
func fragmenting(flags byte) text.Message {
	if flags&0x40 != 0 {
		return text.Say("may not be cut into fragments")
	}
	return text.Say("may be cut into fragments")
}

// verdict says whether a checksum is right: the sum over all, itself included,
// is all ones then (RFC 1071).
func verdict(s uint16) text.Message {
	if s == 0xffff {
		return text.Say("right")
	}
	return text.Say("wrong")
}

// tcp is the header of a segment (RFC 9293 section 3.1).
func (d *dissector) tcp(p Packet) Layer {
	t, whole := p.TCP, d.rest
	d.number(2, "source port")
	d.number(2, "destination port")
	d.field(4, text.Say("sequence number"), text.Sayf("byte %d of the stream", t.RelativeSeq))
	d.field(4, text.Say("acknowledgement number"), text.Sayf("byte %d is expected next", t.RelativeAck))
	d.field(2, text.Say("header length, flags"), text.Sayf("%d bytes, %s", t.HeaderLength, t.Flags.String()))
	d.field(2, text.Say("window"), text.Sayf("room for %d bytes", t.ScaledWindow))
	d.field(2, text.Say("checksum"), verdict(sum(whole, p.pseudo(len(whole)))))
	d.number(2, "urgent pointer")
	d.options(t)
	return d.layer("TCP header", "brings a stream of bytes to a program: all of them, in order, once")
}

// options are those of a segment, each with its own length (RFC 9293 section
// 3.2). What is no option is shown as it is.
func (d *dissector) options(t *Segment) {
	for left := t.HeaderLength - 20; left > 0; {
		kind, length := d.rest[0], 1
		if kind > optionNothing && left > 1 {
			length = min(max(int(d.rest[1]), 1), left)
		}
		name, value := text.Sayf("option %d", kind), text.Message{}
		switch {
		case kind == optionEnd:
			name, length = text.Say("option: end of the list"), left
		case kind == optionNothing:
			name = text.Say("option: filler")
		case kind == optionMSS && length == 4:
			name, value = text.Say("option: maximum segment size"), text.Sayf("%d bytes", t.Options.MSS)
		case kind == optionWindowScale && length == 3:
			name, value = text.Say("option: window scale"), text.Sayf("times %d", 1<<min(d.rest[2], 14))
		case kind == optionSACKPermitted:
			name = text.Say("option: SACK permitted")
		case kind == optionSACK:
			name = text.Say("option: SACK")
		case kind == optionTimestamps && length == 10:
			name, value = text.Say("option: timestamps"), text.Sayf("now %d, echo of %d", t.Options.TSVal, t.Options.TSEcr)
		}
		d.field(length, name, value)
		left -= length
	}
}

// udp is the header of a datagram: all there is (RFC 768).
func (d *dissector) udp(p Packet) Layer {
	whole := d.rest
	check := text.Say("none was sent")
	if binary.BigEndian.Uint16(whole[6:]) != 0 {
		check = verdict(sum(whole, p.pseudo(len(whole))))
	}
	d.number(2, "source port")
	d.number(2, "destination port")
	d.field(2, text.Say("length"), text.Sayf("%d bytes", p.UDP.Length))
	d.field(2, text.Say("checksum"), check)
	return d.layer("UDP header", "brings a message to a program, perhaps")
}

// frame is what a transport puts before a message in a stream.
func (d *dissector) frame(length int) Layer {
	value := text.Message{}
	if length <= 4 {
		value = text.Sayf("%d bytes", big(d.rest[:length]))
	}
	d.field(length, text.Say("length of the message"), value)
	return d.layer("frame header", "tells where a message ends: the stream does not")
}

// message is what the application sent.
func (d *dissector) message() Layer {
	d.field(len(d.rest), text.Say("text"), text.Sayf("%q", string(d.rest)))
	return d.layer("message", "what the application sent")
}

// Sent is a message as it left a host.
type Sent struct {
	Transport string
	Network   string
	Client    netip.AddrPort
	Server    netip.AddrPort
	Message   int // bytes
	Layers    []Layer
}

// Headers is how many bytes stand around the message.
func (s Sent) Headers() int {
	n := -s.Message
	for _, l := range s.Layers {
		n += l.Len()
	}
	return n
}
