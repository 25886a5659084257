package packet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// judge is what gopacket makes of a packet, as far as the lab looks at it.
type judge struct {
	Packet
	network gopacket.NetworkLayer
	routed  bool // by its options: gopacket sums the last of the addresses
	cut     bool
}

// SetTruncated is called for a packet that is longer than what was kept of it.
func (j *judge) SetTruncated() { j.cut = true }

// judged reads a packet by gopacket. Where the lab reads it otherwise, on
// purpose, a comment says so.
func judged(raw []byte) (*judge, error) {
	j := &judge{Packet: Packet{ChecksumOK: true}}
	read := j.ipv4
	if raw[0]>>4 == 6 {
		read = j.ipv6
	}
	body, err := read(raw)
	if err != nil {
		return nil, err
	}
	j.Payload, j.Data = j.Length-j.NetworkHeader, body
	if j.FragmentOffset > 0 {
		return j, nil
	}
	whole := !j.cut && !j.MoreFragments
	switch j.Protocol {
	case TCP:
		j.tcp(body, whole)
	case UDP:
		j.udp(body, whole)
	}
	return j, nil
}

func (j *judge) ipv4(raw []byte) ([]byte, error) {
	ip := &layers.IPv4{}
	if err := ip.DecodeFromBytes(raw, j); err != nil {
		return nil, err
	}
	_, sum := ip.VerifyChecksum()
	j.network, j.ChecksumOK = ip, sum.Valid
	j.Source, _ = netip.AddrFromSlice(ip.SrcIP)
	j.Destination, _ = netip.AddrFromSlice(ip.DstIP)
	j.Protocol, j.ID = Protocol(ip.Protocol), ip.Id
	j.FragmentOffset, j.MoreFragments = int(ip.FragOffset)*8, ip.Flags&layers.IPv4MoreFragments != 0
	j.NetworkHeader, j.Length = int(ip.IHL)*4, max(int(ip.Length), len(ip.Contents)+len(ip.Payload))
	for _, o := range ip.Options {
		j.routed = j.routed || o.OptionType == 131 || o.OptionType == 137
	}
	return ip.Payload, nil
}

func (j *judge) ipv6(raw []byte) ([]byte, error) {
	ip := &layers.IPv6{}
	if err := ip.DecodeFromBytes(raw, j); err != nil {
		return nil, err
	}
	j.network, j.Protocol = ip, Protocol(ip.NextHeader)
	j.Source, _ = netip.AddrFromSlice(ip.SrcIP)
	j.Destination, _ = netip.AddrFromSlice(ip.DstIP)
	j.NetworkHeader, j.Length = 40, 40+int(ip.Length)
	if hop := ip.HopByHop; hop != nil {
		j.Protocol, j.NetworkHeader = Protocol(hop.NextHeader), 40+hop.ActualLength
		for i := 0; ip.Length == 0 && j.Length == 40; i++ { // the lab counts the whole jumbogram
			if o := hop.Options[i]; o.OptionType == layers.IPv6HopByHopOptionJumbogram {
				j.Length += int(binary.BigEndian.Uint32(o.OptionData))
			}
		}
	}
	return j.extensions(ip.Payload)
}

func (j *judge) extensions(body []byte) ([]byte, error) {
	for {
		switch layers.IPProtocol(j.Protocol) {
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
			skip := layers.IPv6ExtensionSkipper{}
			if err := skip.DecodeFromBytes(body, j); err != nil {
				return nil, err
			}
			j.Protocol, j.NetworkHeader = Protocol(skip.NextHeader), j.NetworkHeader+len(skip.Contents)
			body = skip.Payload
		case layers.IPProtocolIPv6Fragment:
			all := gopacket.NewPacket(body, layers.LayerTypeIPv6Fragment, gopacket.Default)
			f, ok := all.Layer(layers.LayerTypeIPv6Fragment).(*layers.IPv6Fragment)
			if !ok {
				return nil, all.ErrorLayer().Error()
			}
			j.FragmentOffset, j.MoreFragments, j.ID = int(f.FragmentOffset)*8, f.MoreFragments, uint16(f.Identification)
			j.Protocol, j.NetworkHeader = Protocol(f.NextHeader), j.NetworkHeader+8
			body = body[8:]
		default:
			return body, nil
		}
	}
}

func (j *judge) tcp(body []byte, whole bool) {
	t := &layers.TCP{}
	if err := t.DecodeFromBytes(body, gopacket.NilDecodeFeedback); err != nil {
		j.ChecksumOK = j.ChecksumOK && (!whole || sum(body, j.pseudo(len(body))) == 0xffff)
		return
	}
	s := &Segment{
		SourcePort: uint16(t.SrcPort), DestinationPort: uint16(t.DstPort), Seq: t.Seq, Ack: t.Ack,
		Window: t.Window, ScaledWindow: int(t.Window), HeaderLength: int(t.DataOffset) * 4, Options: Options{WindowScale: -1},
	}
	for i, set := range []bool{t.FIN, t.SYN, t.RST, t.PSH, t.ACK, t.URG, t.ECE, t.CWR} {
		if set {
			s.Flags |= 1 << i
		}
	}
	for _, o := range t.Options {
		s.Options.add(byte(o.OptionType), o.OptionData)
	}
	j.TCP, j.Payload, j.Data = s, j.Payload-s.HeaderLength, t.Payload
	_ = t.SetNetworkLayerForChecksum(j.network)
	_, sum := t.VerifyChecksum()
	j.ChecksumOK = j.ChecksumOK && (!whole || sum.Valid)
}

func (j *judge) udp(body []byte, whole bool) {
	u := &layers.UDP{}
	if len(body) < 8 {
		return
	}
	_ = u.DecodeFromBytes(body, gopacket.NilDecodeFeedback) // the lab shows lengths that lie
	j.UDP = &Datagram{SourcePort: uint16(u.SrcPort), DestinationPort: uint16(u.DstPort), Length: int(binary.BigEndian.Uint16(body[4:]))}
	j.Payload, j.Data = j.Payload-8, body[8:]
	if whole && u.Checksum != 0 && sum(body, j.pseudo(len(body))) != 0xffff {
		j.ChecksumOK = false
	}
}

// compare holds the decoder against gopacket, and tells whether both read the packet.
func compare(t *testing.T, raw []byte) bool {
	t.Helper()
	if len(raw) == 0 || raw[0]>>4 != 4 && raw[0]>>4 != 6 {
		return false
	}
	got, err := Decode(raw)
	want, refused := judged(raw)
	if (err == nil) != (refused == nil) {
		t.Fatalf("packet %x: error %v, gopacket says %v", raw, err, refused)
	}
	if err != nil {
		return false
	}
	got.ICMP = nil // gopacket does not say what it is about
	if s := got.TCP; s != nil && want.TCP != nil && bytes.IndexByte(raw[got.NetworkHeader+20:got.NetworkHeader+s.HeaderLength], 30) >= 0 {
		s.Options = want.TCP.Options // gopacket stops at options of Multipath TCP that it does not know
	}
	if want.routed {
		got.ChecksumOK = want.ChecksumOK
	}
	if !reflect.DeepEqual(got, want.Packet) {
		t.Fatalf("packet %x: decoded\n%s, gopacket has\n%s", raw, inFull(got), inFull(want.Packet))
	}
	return true
}

// samples are packets of every kind that the decoder takes apart.
func samples(tb testing.TB) [][]byte {
	hop := &layers.IPv6HopByHop{Options: []*layers.IPv6HopByHopOption{{OptionType: 5, OptionData: make([]byte, 2)}, {OptionType: 1}}}
	hop.NextHeader = layers.IPProtocolTCP
	udp, options := &layers.UDP{SrcPort: 4000, DstPort: 7}, ip4(layers.IPProtocolTCP)
	options.Options = []layers.IPv4Option{{OptionType: 7, OptionLength: 7, OptionData: make([]byte, 5)}, {OptionType: 1}}
	sack := &layers.TCP{SrcPort: 1, DstPort: 2, ACK: true, Options: []layers.TCPOption{
		{OptionType: 1}, {OptionType: 1}, {OptionType: 5, OptionLength: 18, OptionData: bytes.Repeat([]byte{7}, 16)}, {OptionType: 0},
	}}
	unsegmented := built(tb, ip4(layers.IPProtocolTCP), syn(), payloadOf("hello"))
	unsegmented[2], unsegmented[3] = 0, 0
	fragment := []byte{6, 0, 0, 1, 0, 0, 0, 9}
	return [][]byte{
		built(tb, ip4(layers.IPProtocolTCP), syn(), payloadOf("hello")),
		built(tb, ip4(layers.IPProtocolTCP), sack, payloadOf("hello")),
		built(tb, ip4(layers.IPProtocolUDP), udp, payloadOf("hello")),
		built(tb, ip4(layers.IPProtocolICMPv4), payloadOf("hello, world")),
		built(tb, options, syn()),
		unsegmented,
		built(tb, ip6(layers.IPProtocolTCP), syn(), payloadOf("hello")),
		built(tb, ip6(layers.IPProtocolUDP), udp, payloadOf("hello")),
		built(tb, ip6(layers.IPProtocolIPv6HopByHop), hop, syn()),
		built(tb, ip6(layers.IPProtocolIPv6Fragment), gopacket.Payload(append(fragment, built(tb, ip4(layers.IPProtocolTCP), syn())[20:]...))),
		built(tb, ip6(layers.IPProtocolIPv6Destination), gopacket.Payload{43, 0, 1, 4, 0, 0, 0, 0, 59, 0, 0, 0, 0, 0, 0, 0, 1, 2}),
		jumbogram(tb, 1<<16),
		jumbogram(tb, 100)[:100],
	}
}

// mutated is a packet with a few mistakes: bytes of it changed, cut off, or more
// than there were.
func mutated(r *rand.Rand, raw []byte) []byte {
	raw = bytes.Clone(raw)
	for range 1 + r.IntN(4) {
		switch at := r.IntN(min(len(raw), 100)); r.IntN(8) {
		case 0:
			raw = raw[:at+1]
		case 1:
			raw = append(raw, make([]byte, r.IntN(40))...)
		case 2:
			raw[at] = []byte{0, 1, 2, 3, 4, 5, 8, 30, 0x45, 0x50, 0x60, 0xc2, 0xff, 44, 60, 43}[r.IntN(16)]
		case 3, 4:
			raw[at] = byte(r.IntN(256))
		default:
			raw[at] ^= 1 << r.IntN(8)
		}
	}
	return raw
}

// TestTheDecoderReadsAsGopacketDoes holds the decoder against another
// implementation, over packets by hand and over packets with mistakes.
func TestTheDecoderReadsAsGopacketDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i, raw := range samples(t) {
		if !compare(t, raw) {
			t.Errorf("sample %d is refused", i)
		}
		for kept := range min(len(raw), 200) {
			compare(t, raw[:kept])
		}
		const tries = 4000
		both := 0
		for range tries {
			if compare(t, mutated(r, raw)) {
				both++
			}
		}
		if both < tries/10 {
			t.Errorf("sample %d: %d of %d packets with mistakes are read, too few to compare", i, both, tries)
		}
	}
}

// FuzzDecodeAsGopacket looks for packets that the two read differently.
func FuzzDecodeAsGopacket(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw[:min(len(raw), 200)])
	}
	f.Fuzz(func(t *testing.T, raw []byte) { compare(t, raw) })
}

// inFull is a packet as a test reports it.
func inFull(p Packet) string {
	data, tcp, udp := p.Data, Segment{}, Datagram{}
	if p.TCP != nil {
		tcp = *p.TCP
	}
	if p.UDP != nil {
		udp = *p.UDP
	}
	p.Data, p.TCP, p.UDP = nil, nil, nil
	return fmt.Sprintf("%+v\n%+v %+v, data %x", p, tcp, udp, data)
}
