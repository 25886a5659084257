package packet

import "testing"

// TestReference: each kind of packet leads to the section about it.
func TestReference(t *testing.T) {
	segment := func(flags Flags, change func(*Packet)) Packet {
		p := Packet{Protocol: TCP, TCP: &Segment{Flags: flags, Window: 100}}
		if change != nil {
			change(&p)
		}
		return p
	}
	for want, p := range map[string]Packet{
		"RFC 768":                                  {Protocol: UDP, UDP: &Datagram{}},
		"RFC 791 section 3.2":                      {Protocol: UDP, FragmentOffset: 1480},
		"RFC 792":                                  {Protocol: ICMP, ICMP: &ICMPMessage{}},
		"RFC 4443":                                 {Protocol: ICMPv6, ICMP: &ICMPMessage{version6: true}},
		"RFC 9293 section 3.5":                     segment(SYN, nil),
		"RFC 9293 section 3.6":                     segment(FIN|ACK, nil),
		"RFC 9293 section 3.5.2":                   segment(RST|ACK, nil),
		"RFC 9293 section 3.4":                     segment(ACK, nil),
		"RFC 9293 section 3.8":                     segment(ACK, func(p *Packet) { p.Payload = 10 }),
		"RFC 2018 section 3":                       segment(ACK, func(p *Packet) { p.TCP.Options.SACK = [][2]uint32{{1, 2}} }),
		"RFC 9293 section 3.8.6.1":                 segment(ACK, func(p *Packet) { p.TCP.Window = 0 }),
		"RFC 5681 section 3.2, RFC 6298 section 5": segment(SYN, func(p *Packet) { p.Retransmission = true }),
		"": {Protocol: 89},
	} {
		if got := p.Reference(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}
