// Package packet decodes packets and answers questions about them: it follows
// sequence numbers, tells conversations apart, finds what a trace shows and
// annotates it. It opens no networks and no files. It is the lab's only decoder:
// experiments, captures, the packet ladder and the layer view use it.
//
// packet.go is a packet, decode.go reads one (decode_ip.go and decode_tcp.go its
// headers) and layers.go names its fields, sequence.go and conversation.go follow
// connections, trace.go is one conversation, sights.go finds what it shows,
// annotate.go explains it, and meter.go counts without keeping packets.
package packet

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// Packet is one IP packet and what became of it.
type Packet struct {
	Time      time.Duration // when its host offered it, since the wire was joined
	Delivered time.Duration // when the other host was handed it; 0 if never
	From      wire.Side
	Number    int // among those of its side, from 1; a copy has its original's
	Copy      bool
	Fate      link.Fate
	Cause     link.Cause

	Length              int // bytes of the whole packet
	Source, Destination netip.Addr
	Protocol            Protocol
	NetworkHeader       int    // bytes of the IP header, with its options or extensions
	ID                  uint16 // IP identification, the same for all fragments of a datagram (IPv6: its low half)
	FragmentOffset      int    // in bytes; 0 for the first fragment and for whole packets
	MoreFragments       bool
	TCP                 *Segment     // nil if it is no TCP segment
	UDP                 *Datagram    // nil if it is no UDP datagram, or a later fragment of one
	ICMP                *ICMPMessage // nil if it is no ICMP message
	Payload             int          // bytes of application data
	Data                []byte       // the application data that was kept, perhaps cut short
	ChecksumOK          bool         // of IP and, in whole packets, of TCP or UDP
	Retransmission      bool         // carries bytes that were sent before (set by Follow)
	OutOfOrder          bool         // carries bytes before others that passed already, but not itself (set by Follow)
	Probe               bool         // probes a closed window, or a silent host (set by Follow)

	Raw     []byte // the packet as it was offered, perhaps cut short
	Comment string // what the file that it was read from says about it
}

// Protocol is the number of what IP carries.
type Protocol uint8

// The protocols that the lab looks into.
const (
	ICMP   Protocol = 1
	TCP    Protocol = 6
	UDP    Protocol = 17
	ICMPv6 Protocol = 58
)

// String is the protocol's name, or its number.
func (p Protocol) String() string {
	switch p {
	case ICMP:
		return "ICMP"
	case TCP:
		return "TCP"
	case UDP:
		return "UDP"
	case ICMPv6:
		return "ICMPv6"
	}
	return "protocol " + strconv.Itoa(int(p))
}

// udpHeader is the length of UDP's header in bytes (RFC 768).
const udpHeader = 8

// Segment is the header of a TCP segment.
type Segment struct {
	SourcePort, DestinationPort uint16
	Seq, Ack                    uint32      // as on the wire
	RelativeSeq, RelativeAck    uint32      // less the first number of their direction (set by Follow)
	RelativeSACK                [][2]uint32 // Options.SACK, likewise
	Flags                       Flags
	Window                      uint16 // as on the wire
	ScaledWindow                int    // in bytes (set by Follow, once the handshake told the scale)
	HeaderLength                int    // bytes, options included
	Options                     Options
}

// Options are the options of a segment that the lab looks at.
type Options struct {
	MSS           uint16 // 0 if absent
	WindowScale   int    // -1 if absent
	SACKPermitted bool
	SACK          [][2]uint32 // blocks that arrived out of order, left and right edge
	Timestamps    bool
	TSVal, TSEcr  uint32
}

// Datagram is the header of a UDP datagram.
type Datagram struct {
	SourcePort, DestinationPort uint16
	Length                      int // bytes, header included
}

// ICMPMessage is an ICMP message. One that reports a failure names the packet that
// could not be delivered, as far as it quotes it.
type ICMPMessage struct {
	Type, Code          uint8
	Protocol            Protocol
	Source, Destination netip.AddrPort // invalid if it is about no packet

	version6 bool
}

// failed reports whether the message is about a packet that failed.
func (r *ICMPMessage) failed() bool {
	if r.version6 {
		return r.Type < 128 // RFC 4443 section 2.1
	}
	switch r.Type {
	case 3, 4, 5, 11, 12: // RFC 792
		return true
	}
	return false
}

// PortUnreachable reports whether the message says that the port is closed
// (RFC 792, RFC 4443 section 3.1).
func (r *ICMPMessage) PortUnreachable() bool {
	if r.version6 {
		return r.Type == 1 && r.Code == 4
	}
	return r.Type == 3 && r.Code == 3
}

// Flags are the control bits of a segment.
type Flags uint8

// The flags (RFC 9293 section 3.1), but for URG, ECE and CWR.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
)

// Has reports whether all of the given flags are set.
func (f Flags) Has(all Flags) bool { return f&all == all }

// any reports whether one of the given flags is set.
func (f Flags) any(of Flags) bool { return f&of != 0 }

// String lists the flags as captures do: "SYN, ACK".
func (f Flags) String() string { return strings.Join(f.Names(), ", ") }

// Names are the flags that are set.
func (f Flags) Names() []string {
	set := []string{}
	for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"} {
		if f&(1<<i) != 0 {
			set = append(set, name)
		}
	}
	return set
}

// ports are those that the packet comes from and goes to; 0 where it names none.
func (p Packet) ports() (source, destination uint16) {
	switch {
	case p.TCP != nil:
		return p.TCP.SourcePort, p.TCP.DestinationPort
	case p.UDP != nil:
		return p.UDP.SourcePort, p.UDP.DestinationPort
	}
	return 0, 0
}

// SourcePort is the port that the packet comes from, or 0.
func (p Packet) SourcePort() uint16 { source, _ := p.ports(); return source }

// DestinationPort is the port that the packet goes to, or 0.
func (p Packet) DestinationPort() uint16 { _, destination := p.ports(); return destination }

// Transport is the word for the packet's protocol: "tcp", "udp", "icmp".
func (p Packet) Transport() string { return strings.ToLower(p.Protocol.String()) }

// TransportHeader is the length of the TCP or UDP header in bytes, or 0.
func (p Packet) TransportHeader() int {
	switch {
	case p.TCP != nil:
		return p.TCP.HeaderLength
	case p.UDP != nil:
		return udpHeader
	}
	return 0
}

// NamesGap reports whether the packet acknowledges what came behind a gap
// (SACK, RFC 2018).
func (p Packet) NamesGap() bool { return p.TCP != nil && len(p.TCP.behindGaps()) > 0 }

// behindGaps are the SACK blocks that name bytes behind a gap. Not among them is
// a D-SACK, which names bytes that came twice: the first block, if it begins
// below what the segment acknowledges anyway, or lies within the second block
// (RFC 2883 section 4).
func (s *Segment) behindGaps() [][2]uint32 {
	blocks := s.Options.SACK
	if len(blocks) == 0 {
		return nil
	}
	first := blocks[0]
	within := func(b [2]uint32) bool { return !after(b[0], first[0]) && !after(first[1], b[1]) }
	if after(s.Ack, first[0]) || len(blocks) > 1 && within(blocks[1]) {
		return blocks[1:]
	}
	return blocks
}
