package packet

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// jumbogram is a packet of IPv6 with so many bytes behind its TCP header, whose
// length stands in an option (RFC 2675).
func jumbogram(tb testing.TB, data int) []byte {
	raw := built(tb, ip6(layers.IPProtocolTCP), syn(), gopacket.Payload(make([]byte, min(data, 1000))))
	option := []byte{6, 0, jumboPayload, 4, 0, 0, 0, 0}
	binary.BigEndian.PutUint32(option[4:], uint32(1<<16+data))
	raw = append(append(bytes.Clone(raw[:40]), option...), raw[40:]...)
	raw[4], raw[5], raw[6] = 0, 0, 0
	return raw
}

// TestAJumbogramHasTheLengthOfItsOption: gopacket counts what it carries alone.
func TestAJumbogramHasTheLengthOfItsOption(t *testing.T) {
	p, err := Decode(jumbogram(t, 1000))
	must(t, err)
	if want := 40 + 1<<16 + 1000; p.Length != want || p.NetworkHeader != 48 || p.TransportHeader() != 40 || len(p.Data) != 1000 {
		t.Errorf("%d bytes, headers of %d and %d, %d bytes kept; want %d, 48, 40 and 1000",
			p.Length, p.NetworkHeader, p.TransportHeader(), len(p.Data), want)
	}
}

// TestTheFirstLengthOfAJumbogramCounts: gopacket reads the same one.
func TestTheFirstLengthOfAJumbogramCounts(t *testing.T) {
	raw := jumbogram(t, 1000)
	second := []byte{jumboPayload, 4, 0, 2, 0, 0, 1, 0} // and padding
	raw = slices.Insert(raw, 48, second...)
	raw[41] = 1 // the extension header has 8 bytes more
	if !compare(t, raw) {
		t.Error("the packet is refused")
	}
	if p, err := Decode(raw); err != nil || p.Length != 40+1<<16+1000 {
		t.Errorf("%d bytes, %v; want what the first option says", p.Length, err)
	}
}

// TestTheSumOfAJumbogramDoesNotOverflow: all ones and all ones are all ones.
func TestTheSumOfAJumbogramDoesNotOverflow(t *testing.T) {
	for _, length := range []int{2, 1 << 17, 1 << 20} {
		if s := sum(bytes.Repeat([]byte{0xff}, length), 0xffff); s != 0xffff {
			t.Errorf("the sum over %d bytes is %#x, want 0xffff", length, s)
		}
	}
}
