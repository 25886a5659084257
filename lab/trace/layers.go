package trace

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"echolab/lab"
	"echolab/lab/wire"
)

// Layer is one of the wrappings of a message, with the bytes of its header as
// they passed over the wire.
type Layer struct {
	Name   string // "message", "frame", "segment", "datagram" or "packet"
	Header []byte // what the layer puts before what it carries; none for the message
	Body   []byte // what it carries
	Fields []Field
}

// Field is one part of a header.
type Field struct {
	Name  string
	Bytes []byte // those that it stands in; shared with others if it is shorter than a byte
	Value string
	Means lab.Text
}

// Layers takes the packet of one message apart, from the message outwards.
// Framing is how many bytes its transport puts before a message. The packet
// must be an IPv4 packet that carries the whole message.
func Layers(packet []byte, framing int) ([]Layer, error) {
	p, err := Decode(packet)
	if err != nil {
		return nil, err
	}
	if !p.Source.Is4() || p.TCP == nil && p.UDP == nil || p.MoreFragments || len(packet) < p.Length || p.Payload < framing {
		return nil, errors.New("take packet apart: it is no whole TCP or UDP packet of IPv4")
	}
	inner := packet[p.NetworkHeader:p.Length]
	header, data := inner[:p.TransportHeader()], inner[p.TransportHeader():]
	layers := []Layer{{Name: "message", Body: data[framing:]}}
	if framing > 0 {
		layers = append(layers, Layer{Name: "frame", Header: data[:framing], Body: data[framing:], Fields: frameFields(data[:framing])})
	}
	if p.TCP != nil {
		layers = append(layers, Layer{Name: "segment", Header: header, Body: data, Fields: segmentFields(header)})
	} else {
		layers = append(layers, Layer{Name: "datagram", Header: header, Body: data, Fields: datagramFields(header)})
	}
	ip := packet[:p.NetworkHeader]
	return append(layers, Layer{Name: "packet", Header: ip, Body: inner, Fields: packetFields(ip)}), nil
}

// field makes a field whose value is the number in its bytes.
func field(name string, bytes []byte, means lab.Text) Field {
	n := uint64(0)
	for _, b := range bytes {
		n = n<<8 | uint64(b)
	}
	return Field{name, bytes, strconv.FormatUint(n, 10), means}
}

// as gives a field another value than its number.
func (f Field) as(format string, args ...any) Field {
	f.Value = fmt.Sprintf(format, args...)
	return f
}

func frameFields(h []byte) []Field {
	return []Field{field("length", h, lab.Say("bytes of the message: a stream has no other mark where one ends"))}
}

// packetFields are the fields of IPv4's header (RFC 791 section 3.1).
func packetFields(h []byte) []Field {
	flags := binary.BigEndian.Uint16(h[6:])
	address := func(b []byte) string { a, _ := netip.AddrFromSlice(b); return a.String() }
	fields := []Field{
		field("version", h[:1], lab.Say("of IP")).as("%d", h[0]>>4),
		field("header length", h[:1], lab.Say("bytes; stands as a number of words of four bytes")).as("%d", h[0]&15*4),
		field("service", h[1:2], lab.Say("class of traffic and congestion marks")),
		field("total length", h[2:4], lab.Say("bytes of the packet, with this header")),
		field("identification", h[4:6], lab.Say("the same in all fragments of one packet")),
		field("flags, offset", h[6:8], lab.Say("whether it may be cut, and where a fragment belongs")).as("%s", fragmentWords(flags)),
		field("time to live", h[8:9], lab.Say("routers it may still pass")),
		field("protocol", h[9:10], lab.Say("what it carries")).as("%d (%s)", h[9], Protocol(h[9])),
		field("checksum", h[10:12], lab.Say("over this header only")).as("0x%x", h[10:12]),
		field("source", h[12:16], lab.Say("the host that sends it")).as("%s", address(h[12:16])),
		field("destination", h[16:20], lab.Say("the host that it goes to")).as("%s", address(h[16:20])),
	}
	if len(h) > 20 {
		fields = append(fields, field("options", h[20:], lab.Say("seldom used")).as("%d", len(h)-20))
	}
	return fields
}

func fragmentWords(flags uint16) string {
	words := []string{}
	if flags&0x4000 != 0 {
		words = append(words, "DF")
	}
	if flags&0x2000 != 0 {
		words = append(words, "MF")
	}
	return strings.Join(append(words, strconv.Itoa(int(flags&0x1fff)*8)), " ")
}

// datagramFields are the fields of UDP's header (RFC 768): all of them.
func datagramFields(h []byte) []Field {
	return []Field{
		field("source port", h[:2], lab.Say("the socket that sends it")),
		field("destination port", h[2:4], lab.Say("the socket that it goes to")),
		field("length", h[4:6], lab.Say("bytes of the datagram, with this header")),
		field("checksum", h[6:8], lab.Say("over header, data, addresses and protocol")).as("0x%x", h[6:8]),
	}
}

// segmentFields are the fields of TCP's header (RFC 9293 section 3.1).
func segmentFields(h []byte) []Field {
	fields := []Field{
		field("source port", h[:2], lab.Say("the socket that sends it")),
		field("destination port", h[2:4], lab.Say("the socket that it goes to")),
		field("sequence number", h[4:8], lab.Say("place of its first byte in the stream")),
		field("acknowledgement", h[8:12], lab.Say("the byte that is expected next from the other side")),
		field("header length", h[12:13], lab.Say("bytes; stands as a number of words of four bytes")).as("%d", h[12]>>4*4),
		field("flags", h[13:14], lab.Say("what the segment is for")).as("%s", Flags(h[13])),
		field("window", h[14:16], lab.Say("room at the sender's end, before scaling")),
		field("checksum", h[16:18], lab.Say("over header, data, addresses and protocol")).as("0x%x", h[16:18]),
		field("urgent pointer", h[18:20], lab.Say("not used any more")),
	}
	return append(fields, optionFields(h[20:])...)
}

// optionFields are the options of a segment (RFC 9293 section 3.2).
func optionFields(o []byte) []Field {
	var fields []Field
	for len(o) > 0 {
		length := 1
		if o[0] > 1 && len(o) > 1 {
			length = min(max(int(o[1]), 2), len(o))
		}
		fields = append(fields, optionField(o[:length]))
		o = o[length:]
	}
	return fields
}

func optionField(o []byte) Field {
	switch {
	case o[0] == 0 || o[0] == 1:
		return field("option", o, lab.Say("fills the header up to words of four bytes")).as("padding")
	case o[0] == 8 && len(o) == 10: // RFC 7323 section 3.2
		return field("option", o, lab.Say("times, to measure round trips")).as("timestamps")
	case o[0] == 5:
		return field("option", o, lab.Say("what arrived behind a gap")).as("SACK")
	}
	return field("option", o, lab.Say("another option")).as("%d", o[0])
}

// patienceToWrap bounds sending the one message that Message is about.
const patienceToWrap = 20 * time.Second

// Message sends one message through transport t over a fresh network and
// returns the packet that carried it.
func Message(ctx context.Context, b *lab.Bench, t lab.Transport, message []byte) (packet []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, patienceToWrap)
	defer cancel()
	rec := NewRecorder(mostOfEcho)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, rec.Tap)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	deadline, _ := ctx.Deadline()
	s.Client.SetDeadline(deadline)
	if err := s.Client.Send(message); err != nil {
		return nil, fmt.Errorf("send a message through %s: %w", t.Name, err)
	}
	if _, err := s.Client.Receive(make([]byte, len(message))); err != nil {
		return nil, fmt.Errorf("receive its echo: %w", err)
	}
	for _, p := range rec.Packets() {
		if p.From == wire.Client && p.Payload == len(message)+t.Framing {
			return p.Raw, nil
		}
	}
	return nil, fmt.Errorf("the message of %d bytes did not pass %s as one packet", len(message), t.Name)
}
