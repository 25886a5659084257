package ladder

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// sent is a packet of a fixture. Numbers are relative, times in milliseconds.
type sent struct {
	at, arrives float64 // arrives 0: never
	from        wire.Side
	flags       packet.Flags
	seq, ack    uint32
	window      uint16
	payload     int
	fate        link.Fate // Delivered where arrives is set and this is Queued
	cause       link.Cause
	sack        []uint32 // relative edges
	copy        bool
}

// The numbers that each side begins with.
var begins = [2]uint32{1 << 31, 4_294_967_000} // the server's wrap around soon

// recorded plays packets to a recorder and gathers the trace.
func recorded(t *testing.T, transport string, o wire.Options, packets []sent) packet.Trace {
	t.Helper()
	rec := capture.NewRecorder(1000)
	numbers := [2]int{}
	for _, s := range packets {
		if !s.copy {
			numbers[s.from]++
		}
		e := wire.Event{Time: ms(s.at), From: s.from, Number: numbers[s.from], Copy: s.copy, Fate: s.fate, Cause: s.cause, Packet: s.bytes(t, transport)}
		if s.arrives > 0 {
			e.Fate = link.Queued
		}
		rec.Tap(e)
		if s.arrives > 0 {
			e.Time, e.Fate = ms(s.arrives), link.Delivered
			if s.fate == link.Corrupted {
				e.Fate = link.Corrupted
			}
			rec.Tap(e)
		}
	}
	found, ok := packet.Gather(transport, rec.Packets(), 0)
	if !ok {
		t.Fatal("no trace among the packets of the fixture")
	}
	found.Network, found.Conditions = "virtual", o
	return found
}

func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// bytes is the packet as it stands on the wire.
func (s sent) bytes(t *testing.T, transport string) []byte {
	t.Helper()
	hosts := []net.IP{{10, 0, 0, 1}, {10, 0, 0, 2}}
	ports := []uint16{40_000, 7}
	me, peer := s.from, 1-s.from
	ip := &layers.IPv4{Version: 4, TTL: 64, SrcIP: hosts[me], DstIP: hosts[peer], Protocol: layers.IPProtocolUDP}
	parts := []gopacket.SerializableLayer{ip, nil, gopacket.Payload(make([]byte, s.payload))}
	if transport == "udp" {
		udp := &layers.UDP{SrcPort: layers.UDPPort(ports[me]), DstPort: layers.UDPPort(ports[peer])}
		udp.SetNetworkLayerForChecksum(ip)
		parts[1] = udp
	} else {
		ip.Protocol = layers.IPProtocolTCP
		parts[1] = s.segment(ip, ports)
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, parts...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (s sent) segment(ip *layers.IPv4, ports []uint16) *layers.TCP {
	me, peer := s.from, 1-s.from
	window := s.window
	if window == 0 {
		window = 1000
	}
	if window == closed {
		window = 0
	}
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(ports[me]), DstPort: layers.TCPPort(ports[peer]), Window: window, Seq: begins[me] + s.seq,
		SYN: s.flags.Has(packet.SYN), ACK: s.flags.Has(packet.ACK), FIN: s.flags.Has(packet.FIN), PSH: s.flags.Has(packet.PSH), RST: s.flags.Has(packet.RST),
	}
	if tcp.ACK {
		tcp.Ack = begins[peer] + s.ack
	}
	if tcp.SYN {
		tcp.Options = []layers.TCPOption{
			{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 0xb4}},
			{OptionType: layers.TCPOptionKindSACKPermitted, OptionLength: 2},
			{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{6}},
		}
	}
	if len(s.sack) > 0 {
		data := []byte{}
		for _, edge := range s.sack {
			n := begins[peer] + edge
			data = append(data, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
		}
		tcp.Options = append(tcp.Options, layers.TCPOption{OptionType: layers.TCPOptionKindSACK, OptionLength: uint8(2 + len(data)), OptionData: data})
	}
	tcp.SetNetworkLayerForChecksum(ip)
	return tcp
}

// closed stands for a window of 0 in a fixture, where 0 is the usual one.
const closed = 0xffff

const (
	client = wire.Client
	server = wire.Server
	syn    = packet.SYN
	ack    = packet.ACK
	psh    = packet.PSH
	fin    = packet.FIN
	rst    = packet.RST
)

// oneEcho is an echo of 512 bytes in a frame over a wire with 10 ms one way.
func oneEcho(t *testing.T) []packet.Trace {
	slow := link.Conditions{Delay: 10 * time.Millisecond}
	o := wire.Options{Client: slow, Server: slow}
	tcp := recorded(t, "tcp", o, []sent{
		{at: 1, arrives: 11, from: client, flags: syn, window: 64000},
		{at: 11.1, arrives: 21.1, from: server, flags: syn | ack, ack: 1, window: 64000},
		{at: 21.2, arrives: 31.2, from: client, flags: ack, seq: 1, ack: 1},
		{at: 21.3, arrives: 31.3, from: client, flags: psh | ack, seq: 1, ack: 1, payload: 516},
		{at: 31.4, arrives: 41.4, from: server, flags: ack, seq: 1, ack: 517},
		{at: 31.5, arrives: 41.5, from: server, flags: psh | ack, seq: 1, ack: 517, payload: 516},
		{at: 41.6, arrives: 51.6, from: client, flags: fin | ack, seq: 517, ack: 517},
		{at: 51.7, arrives: 61.7, from: server, flags: fin | ack, seq: 517, ack: 518},
		{at: 61.8, arrives: 71.8, from: client, flags: ack, seq: 518, ack: 518},
	})
	udp := recorded(t, "udp", o, []sent{
		{at: 1, arrives: 11, from: client, payload: 512},
		{at: 11.1, arrives: 21.1, from: server, payload: 512},
	})
	tcp.Outcome, udp.Outcome = text.Sayf("%d bytes echoed, %s after they were sent", 512, "20.3ms"), text.Sayf("%d bytes echoed, %s after they were sent", 512, "20.1ms")
	return []packet.Trace{tcp, udp}
}

// lostSyn is a first packet that is dropped.
func lostSyn(t *testing.T) []packet.Trace {
	o := wire.Options{Client: link.Conditions{Drop: []int{1}}}
	tcp := recorded(t, "tcp", o, []sent{
		{at: 1, from: client, flags: syn, fate: link.Lost, cause: "drop"},
		{at: 1001, arrives: 1001.2, from: client, flags: syn},
		{at: 1001.3, arrives: 1001.4, from: server, flags: syn | ack, ack: 1},
		{at: 1001.5, arrives: 1001.6, from: client, flags: ack, seq: 1, ack: 1},
	})
	udp := recorded(t, "udp", o, []sent{{at: 1, from: client, payload: 512, fate: link.Lost, cause: "drop"}})
	return []packet.Trace{tcp, udp}
}

// everythingElse shows what a wire and two hosts can do.
func everythingElse(t *testing.T) []packet.Trace {
	bad := link.Conditions{Loss: 0.1, Delay: 10 * time.Millisecond, Duplicate: 0.05, Corrupt: 0.01, Reorder: 0.2, Rate: 1e6, Limit: 5}
	o := wire.Options{Client: bad, Server: bad}
	packets := []sent{
		{at: 0, arrives: 10, from: client, flags: syn},
		{at: 10, arrives: 20, from: server, flags: syn | ack, ack: 1},
		{at: 20, arrives: 30, from: client, flags: ack, seq: 1, ack: 1},
		{at: 21, from: client, flags: psh | ack, seq: 1, ack: 1, payload: 100, fate: link.Lost, cause: "loss"},
		{at: 22, arrives: 32, from: client, flags: psh | ack, seq: 101, ack: 1, payload: 100},
		{at: 23, arrives: 33, from: client, flags: psh | ack, seq: 201, ack: 1, payload: 100},
		{at: 32, arrives: 42, from: server, flags: ack, seq: 1, ack: 1, sack: []uint32{101, 201}},
		{at: 33, arrives: 43, from: server, flags: ack, seq: 1, ack: 1, sack: []uint32{101, 301}},
		{at: 43, arrives: 53, from: client, flags: psh | ack, seq: 1, ack: 1, payload: 100},
		{at: 44, arrives: 64, from: client, flags: psh | ack, seq: 301, ack: 1, payload: 100},
		{at: 45, arrives: 45, from: client, flags: psh | ack, seq: 401, ack: 1, payload: 100, cause: "reorder"},
		{at: 46, arrives: 56, from: client, flags: psh | ack, seq: 501, ack: 1, payload: 100, fate: link.Corrupted, cause: "corrupt"},
		{at: 47, from: client, flags: psh | ack, seq: 601, ack: 1, payload: 100, fate: link.Overflowed, cause: "limit"},
		{at: 65, arrives: 75, from: server, flags: ack, seq: 1, ack: 501, window: closed},
		{at: 65, arrives: 75, from: server, flags: ack, seq: 1, ack: 501, window: closed, copy: true, cause: "duplicate"},
		{at: 275, arrives: 285, from: client, flags: psh | ack, seq: 501, ack: 1, payload: 100},
		{at: 290, arrives: 300, from: server, flags: ack, seq: 1, ack: 601},
		{at: 301, from: client, flags: rst | ack, seq: 601, ack: 1},
	}
	return []packet.Trace{recorded(t, "tcp", o, packets)}
}

// flood is many packets that show nothing new.
func flood(t *testing.T) []packet.Trace {
	packets := []sent{{at: 0, arrives: 1, from: client, payload: 100}, {at: 1, arrives: 2, from: server, payload: 100}}
	for i := range 40 {
		packets = append(packets, sent{at: 2 + float64(i), arrives: 3 + float64(i), from: wire.Side(i % 2), payload: 100})
	}
	return []packet.Trace{recorded(t, "udp", wire.Options{}, packets)}
}

// lesson is a flow of many segments of which one is dropped and sent again,
// with that marked, and beside it the same over UDP.
func lesson(t *testing.T) []packet.Trace {
	o := wire.Options{Client: link.Conditions{Drop: []int{11}}}
	flow := []sent{
		{at: 0, arrives: 10, from: client, flags: syn},
		{at: 10, arrives: 20, from: server, flags: syn | ack, ack: 1},
		{at: 20, arrives: 30, from: client, flags: ack, seq: 1, ack: 1},
	}
	datagrams := []sent{}
	for i := range 20 {
		at := 21 + float64(i)
		s := sent{at: at, arrives: at + 10, from: client, flags: psh | ack, seq: 1 + 100*uint32(i), ack: 1, payload: 100}
		d := sent{at: at - 20, arrives: at - 10, from: client, payload: 100}
		if i == 8 {
			s.arrives, s.fate, s.cause = 0, link.Lost, "drop"
			d.arrives, d.fate, d.cause = 0, link.Lost, "drop"
		}
		flow, datagrams = append(flow, s), append(datagrams, d)
	}
	flow = append(flow,
		sent{at: 41, arrives: 51, from: server, flags: ack, seq: 1, ack: 801, sack: []uint32{901, 2001}},
		sent{at: 51, arrives: 61, from: client, flags: psh | ack, seq: 801, ack: 1, payload: 100},
		sent{at: 61, arrives: 71, from: server, flags: ack, seq: 1, ack: 2001},
	)
	tcp, udp := recorded(t, "tcp", o, flow), recorded(t, "udp", o, datagrams)
	tcp.Marks, udp.Marks = []int{11, 23, 24, 25}, []int{8}
	return []packet.Trace{tcp, udp}
}

// crowd are several handshakes of one wire, the last of them without an answer.
func crowd(t *testing.T) []packet.Trace {
	whole := packet.Trace{Transport: "tcp", Network: "virtual", Together: 8}
	for i := range 8 {
		at := 10 * float64(i)
		talk := []sent{{at: at, arrives: at + 1, from: client, flags: syn}}
		if i < 7 {
			talk = append(talk, sent{at: at + 2, arrives: at + 3, from: server, flags: syn | ack, ack: 1},
				sent{at: at + 4, arrives: at + 5, from: client, flags: ack, seq: 1, ack: 1})
		}
		one := recorded(t, "tcp", wire.Options{}, talk)
		for j := range one.Packets { // each client has a port of its own
			p := &one.Packets[j]
			if segment := p.TCP; p.From == client {
				segment.SourcePort += uint16(i)
			} else {
				segment.DestinationPort += uint16(i)
			}
		}
		whole.Client, whole.Server = one.Client, one.Server
		whole.Packets = append(whole.Packets, one.Packets...)
	}
	whole.Marks = []int{21}
	return []packet.Trace{whole}
}

// toAll is a datagram to a broadcast address, and the answers.
func toAll(t *testing.T) []packet.Trace {
	one := recorded(t, "udp", wire.Options{}, []sent{
		{at: 0, arrives: 1, from: client, payload: 22}, {at: 1, arrives: 2, from: server, payload: 22},
		{at: 1.1, arrives: 2.1, from: server, payload: 22},
	})
	one.Together = 2
	one.Packets[0].Destination = netip.MustParseAddr("10.0.0.255")
	return []packet.Trace{one}
}
