package capture

import (
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// offered is the event of a packet that its host offers.
func offered(at time.Duration, from wire.Side, number int, fate link.Fate, raw []byte) wire.Event {
	return wire.Event{Time: at, From: from, Number: number, Fate: fate, Packet: raw}
}

// written is what became of packets, in short.
func written(packets []packet.Packet) []string {
	var lines []string
	for _, p := range packets {
		copied := ""
		if p.Copy {
			copied = " copy"
		}
		lines = append(lines, fmt.Sprintf("%d %d%s: %v fate %d %v", p.From, p.Number, copied, p.Time, p.Fate, p.Delivered))
	}
	return lines
}

// TestRecorderPutsEventsTogether makes one packet of an offer and a hand-over,
// tells copies from originals, and orders what two directions report.
func TestRecorderPutsEventsTogether(t *testing.T) {
	raw := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7}, gopacket.Payload("hello"))
	rec := NewRecorder(10)
	copied := offered(2, wire.Client, 2, link.Queued, raw)
	copied.Copy = true
	copiedEnd := offered(9, wire.Client, 2, link.Delivered, raw)
	copiedEnd.Copy = true
	for _, e := range []wire.Event{
		offered(1, wire.Client, 1, link.Lost, raw),
		offered(2, wire.Client, 2, link.Queued, raw),
		copied,
		offered(7, wire.Client, 3, link.Queued, raw),
		offered(3, wire.Server, 1, link.Queued, raw), // reported late
		copiedEnd,
		offered(12, wire.Client, 2, link.Corrupted, raw),
		offered(13, wire.Server, 1, link.Delivered, raw),
	} {
		rec.Tap(e)
	}
	want := []string{
		"0 1: 1ns fate 2 0s", "0 2: 2ns fate 4 12ns", "0 2 copy: 2ns fate 1 9ns", "1 1: 3ns fate 1 13ns", "0 3: 7ns fate 0 0s",
	}
	if got := written(rec.Packets()); !slices.Equal(got, want) {
		t.Errorf("packets\n%q, want\n%q", got, want)
	}
	if rec.UnderWay() != 1 {
		t.Errorf("%d under way, want the one that was not handed over", rec.UnderWay())
	}
}

// TestRecorderHasABound keeps the first packets and counts the others, and
// does not take their hand-over for that of another.
func TestRecorderHasABound(t *testing.T) {
	raw := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7})
	rec := NewRecorder(3)
	for n := range 10 {
		rec.Tap(offered(time.Duration(n), wire.Client, n+1, link.Queued, raw))
		rec.Tap(offered(time.Duration(n), wire.Client, n+1, link.Delivered, raw))
	}
	if kept, left := len(rec.Packets()), rec.Left(); kept != 3 || left != 7 || rec.UnderWay() != 0 {
		t.Errorf("%d kept, %d left, %d under way; want 3, 7 and 0", kept, left, rec.UnderWay())
	}
}

// TestRecorderOwnsWhatItKeeps survives the wire's using its buffer again, and
// what cannot be decoded.
func TestRecorderOwnsWhatItKeeps(t *testing.T) {
	raw := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000, DstPort: 7}, gopacket.Payload("hello"))
	rec := NewRecorder(10)
	rec.Tap(offered(0, wire.Client, 1, link.Queued, raw))
	clear(raw)
	rec.Tap(offered(0, wire.Client, 2, link.Queued, raw))
	kept := rec.Packets()
	if got := string(kept[0].Data); got != "hello" {
		t.Errorf("data %q, want hello", got)
	}
	if kept[1].ChecksumOK || kept[1].Length != len(raw) {
		t.Errorf("junk of %d bytes: length %d, checksums right: %v", len(raw), kept[1].Length, kept[1].ChecksumOK)
	}
}

// TestMeterCountsFreshBytes counts bytes that are handed over twice once.
func TestMeterCountsFreshBytes(t *testing.T) {
	segment := func(seq uint32, data string) []byte {
		return built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 4000, DstPort: 7, Seq: seq, ACK: true}, gopacket.Payload(data))
	}
	m := packet.NewMeter()
	for _, e := range []wire.Event{
		offered(1, wire.Client, 1, link.Queued, segment(100, "hello")),
		offered(2, wire.Client, 1, link.Delivered, segment(100, "hello")),
		offered(3, wire.Client, 2, link.Overflowed, segment(105, "world")),
		offered(4, wire.Client, 3, link.Queued, segment(100, "helloworld")),
		offered(5, wire.Client, 3, link.Delivered, segment(100, "helloworld")),
		offered(6, wire.Client, 4, link.Queued, segment(110, "!")),
		offered(7, wire.Client, 4, link.Corrupted, segment(110, "?")),
		offered(8, wire.Server, 1, link.Queued, segment(1, "not the client's")),
	} {
		m.Tap(e)
	}
	want := packet.Flow{
		Packets: 4, Size: 181, Overflowed: 1, Offered: 21, Distinct: 11, Fresh: 10, Whole: 10, Repairs: 1,
		Lateness: wire.Lateness{Delivered: 2}, Handed: 95, Pause: 2,
	}
	if got := m.Flow(4000); got != want {
		t.Errorf("flow %+v, want %+v", got, want)
	}
	if got := m.Flow(4001); got != (packet.Flow{}) {
		t.Errorf("a flow that never was: %+v", got)
	}
}

// built is a packet of these layers, with its lengths and checksums.
func built(tb testing.TB, parts ...gopacket.SerializableLayer) []byte {
	tb.Helper()
	for _, part := range parts[1:] {
		if l, ok := part.(interface {
			SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
		}); ok {
			if err := l.SetNetworkLayerForChecksum(parts[0].(gopacket.NetworkLayer)); err != nil {
				tb.Fatal(err)
			}
		}
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, parts...); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func ip4(protocol layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{
		Version: 4, TTL: 64, Id: 7, Protocol: protocol, SrcIP: net.IP{10, 0, 0, 1}, DstIP: net.IP{10, 0, 0, 2},
	}
}
