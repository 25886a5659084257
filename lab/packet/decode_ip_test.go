package packet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// with is a copy of a packet with other bytes at some place.
func with(raw []byte, at int, other ...byte) []byte {
	raw = bytes.Clone(raw)
	copy(raw[at:], other)
	return raw
}

// TestDecodeSaysWhichLengthLies: a packet that hosts refuse is refused, with the
// reason.
func TestDecodeSaysWhichLengthLies(t *testing.T) {
	options := ip4(layers.IPProtocolUDP)
	options.Options = []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}
	four, five := built(t, ip4(layers.IPProtocolTCP), syn()), built(t, options, payloadOf("hello"))
	six, jumbo := built(t, ip6(layers.IPProtocolTCP), syn()), jumbogram(t, 1)
	for _, c := range []struct {
		name   string
		packet []byte
		says   string
	}{
		{"a header too short", with(four, 0, 0x44), "claims 16 bytes, less than 20"},
		{"a header longer than the packet", with(four, 0, 0x4f, 0, 0, 59), "claims 60 bytes, more than the 59"},
		{"a header that is cut off", five[:22], "header of 24 bytes is cut off"},
		{"an option that leads out of the header", with(five, 21, 5), "an option in its header"},
		{"an option that leads nowhere", with(five, 21, 1), "an option in its header"},
		{"nothing behind the header", with(six, 4, 0, 0), "nothing follows"},
		{"extension headers that are cut off", with(six, 6, 43, 0, 0), "cut off"},
		{"a jumbogram with two lengths", with(jumbo, 4, 0, 60), "claims 60 bytes behind it, and an option 65537"},
		{"a jumbogram that is none", with(jumbo, 44, 0, 0, 255, 255), "a jumbogram claims 65535 bytes"},
		{"a jumbogram without a length", with(jumbo, 42, 1), "nothing follows"},
		{"a jumbogram with half a length", with(jumbo, 43, 2), "an option in its header"},
		{"an option that leads out of its extension", with(jumbo, 43, 5), "an option in its header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Decode(c.packet); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

// TestASegmentWithDamagedOptionsIsOne: the options before the damage count, what
// stands behind it is no option.
func TestASegmentWithDamagedOptionsIsOne(t *testing.T) {
	raw := built(t, ip4(layers.IPProtocolTCP), syn(), payloadOf("hello"))
	for name, damaged := range map[string][]byte{
		"no length": with(raw, 40+5, 0), "a length beyond the header": with(raw, 40+5, 40), "the end of the list": with(raw, 40+4, optionEnd),
	} {
		p, err := Decode(damaged)
		must(t, err)
		if p.TCP == nil || p.TCP.Options.MSS != 1460 || p.TCP.Options.WindowScale != -1 || string(p.Data) != "hello" {
			t.Errorf("%s: %s", name, inFull(p))
		}
	}
}

// TestAnOptionOfMultipathTCPIsSteppedOver: options behind one that the lab does
// not know count (RFC 9293 section 3.1), however long it is.
func TestAnOptionOfMultipathTCPIsSteppedOver(t *testing.T) {
	const multipath = 30
	tcp := &layers.TCP{SrcPort: 1, DstPort: 2, SYN: true, Options: []layers.TCPOption{
		{OptionType: multipath, OptionLength: 4, OptionData: []byte{0xf0, 0}}, {OptionType: optionMSS, OptionLength: 4, OptionData: []byte{5, 180}},
	}}
	raw := built(t, ip4(layers.IPProtocolTCP), tcp)
	for _, subtype := range []byte{0x00, 0x10, 0xf0} {
		p, err := Decode(with(raw, 42, subtype))
		must(t, err)
		if p.TCP.Options.MSS != 1460 {
			t.Errorf("subtype %x: options %+v, want the MSS behind it", subtype, p.TCP.Options)
		}
	}
}
