package capture

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// packetOf is a datagram that a side sends.
func packetOf(tb testing.TB, from wire.Side) []byte {
	tb.Helper()
	hosts, ports := []net.IP{{10, 0, 0, 1}, {10, 0, 0, 2}}, []layers.UDPPort{4000, 7}
	ip := ip4(layers.IPProtocolUDP)
	ip.SrcIP, ip.DstIP = hosts[from], hosts[1-from]
	return built(tb, ip, &layers.UDP{SrcPort: ports[from], DstPort: ports[1-from]}, gopacket.Payload("hello"))
}

// row is what stands in a file about one packet.
type row struct {
	at      time.Duration // from the first one
	end     string        // name of the interface
	comment string
}

// rows reads a whole file.
func rows(t *testing.T, file []byte) []row {
	t.Helper()
	s, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	var began time.Time
	for {
		_, info, o, err := s.ReadPacketDataWithOptions()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			began = info.Timestamp
		}
		about, err := s.Interface(info.InterfaceIndex)
		if err != nil {
			t.Fatal(err)
		}
		r := row{at: info.Timestamp.Sub(began), end: about.Name}
		if len(o.Comments) > 0 {
			r.comment = o.Comments[0]
		}
		all = append(all, r)
	}
}

// played is a capture of two packets of the client, the first of them slower,
// one of them doubled, and two of the server, of which one is lost and one
// damaged. The wire tells of some hand-overs late.
func played(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	c := NewWriter(&file, "test")
	o := wire.Options{Client: link.Conditions{Duplicate: 0.5, Reorder: 0.1}, Server: link.Conditions{Loss: 0.2, Corrupt: 0.01}}
	tap := c.Wire("test", o)
	there, back := packetOf(t, wire.Client), packetOf(t, wire.Server)
	damaged := bytes.Clone(back)
	damaged[len(damaged)-1] ^= 1
	for _, e := range []wire.Event{
		{Time: 1, From: wire.Client, Number: 1, Fate: link.Queued, Packet: there},
		{Time: 2, From: wire.Client, Number: 2, Fate: link.Queued, Cause: "reorder", Packet: there},
		{Time: 2, From: wire.Client, Number: 2, Copy: true, Fate: link.Queued, Cause: "duplicate", Packet: there},
		{Time: 5, From: wire.Server, Number: 1, Fate: link.Lost, Cause: "loss", Packet: back},
		{Time: 3, From: wire.Client, Number: 2, Fate: link.Delivered, Cause: "reorder", Packet: there},
		{Time: 6, From: wire.Server, Number: 2, Fate: link.Queued, Cause: "corrupt", Packet: back},
		{Time: 4, From: wire.Client, Number: 2, Copy: true, Fate: link.Delivered, Cause: "duplicate", Packet: there},
		{Time: 7, From: wire.Client, Number: 1, Fate: link.Delivered, Packet: there},
		{Time: 8, From: wire.Server, Number: 2, Fate: link.Corrupted, Cause: "corrupt", Packet: damaged},
	} {
		e.Time *= time.Millisecond
		tap(e)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestEveryEndSeesItsPackets reads back which packet stands at which interface,
// in the order of the times, with the comment of what the wire did.
func TestEveryEndSeesItsPackets(t *testing.T) {
	const client, server = "test udp client", "test udp server"
	want := []row{
		{0, client, ""},
		{1 * time.Millisecond, client, "the lab lets it skip the delay: reorder 10%"},
		{2 * time.Millisecond, server, "the lab lets it skip the delay: reorder 10%"},
		{3 * time.Millisecond, server, "copy made by the lab: duplicate 50%"},
		{4 * time.Millisecond, server, "dropped by the lab: loss 20%"},
		{5 * time.Millisecond, server, "the lab flips one bit of it: corrupt 1%"},
		{6 * time.Millisecond, server, "overtaken on the wire by packets that were sent after it"},
		{7 * time.Millisecond, client, "one bit flipped by the lab: corrupt 1%"},
	}
	if diff := cmp.Diff(want, rows(t, played(t)), cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("packets of the file (-want +got):\n%s", diff)
	}
}

// TestOwnCaptureIsReadOnce reads each packet of a capture of two interfaces
// once, from where it was sent, with the fate that it had.
func TestOwnCaptureIsReadOnce(t *testing.T) {
	found, err := Read(bytes.NewReader(played(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var fates []link.Fate
	for _, p := range found.Packets {
		fates = append(fates, p.Fate)
	}
	if diff := cmp.Diff([]link.Fate{link.Delivered, link.Delivered, link.Lost, link.Corrupted}, fates); diff != "" {
		t.Errorf("fates (-want +got):\n%s", diff)
	}
	notes := found.Annotations()[2]
	if len(notes) == 0 || notes[0].Kind != packet.Trouble || notes[0].Text.String() != "dropped by the lab: loss 20%" {
		t.Errorf("notes of the lost packet: %v, want its comment first", notes)
	}
}

// TestWiresHaveNamesOfTheirOwn joins three wires of one experiment.
func TestWiresHaveNamesOfTheirOwn(t *testing.T) {
	var file bytes.Buffer
	c := NewWriter(&file, "test")
	for range 3 {
		c.Wire("setup", wire.Options{})(wire.Event{Number: 1, Fate: link.Queued, Packet: packetOf(t, wire.Client)})
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, r := range rows(t, file.Bytes()) {
		names[r.end] = true
	}
	for _, want := range []string{"setup udp client", "setup udp 2 client", "setup udp 3 client"} {
		if !names[want] {
			t.Errorf("no interface %q among %v", want, names)
		}
	}
}

// TestEveryWireIsRead: a capture of several wires, whose hosts have the same
// addresses, has the conversations of all.
func TestEveryWireIsRead(t *testing.T) {
	var file bytes.Buffer
	c := NewWriter(&file, "test")
	for port := range layers.UDPPort(3) {
		tap := c.Wire("loss", wire.Options{})
		raw := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 4000 + port, DstPort: 7}, gopacket.Payload("hello"))
		tap(wire.Event{Number: 1, Fate: link.Queued, Packet: raw})
		tap(wire.Event{Time: time.Millisecond, Number: 1, Fate: link.Delivered, Packet: raw})
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := ReadAll(&file, Options{})
	if err != nil || len(all) != 3 {
		t.Fatalf("%d conversations, %v; want 3", len(all), err)
	}
	for _, one := range all {
		if len(one.Packets) != 1 {
			t.Errorf("%v has %d packets, want its one, once", one.Client, len(one.Packets))
		}
	}
}

// TestLongCapturesStayInOrder writes more than is held back at once.
func TestLongCapturesStayInOrder(t *testing.T) {
	var file bytes.Buffer
	c := NewWriter(&file, "test")
	tap := c.Wire("long", wire.Options{})
	raw := packetOf(t, wire.Client)
	const packets = 5 * window
	for i := range packets {
		at := time.Duration(i ^ 1) // pairs are told of the wrong way round
		tap(wire.Event{Time: at * time.Microsecond, Number: i + 1, Fate: link.Queued, Packet: raw})
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	all := rows(t, file.Bytes())
	if len(all) != packets {
		t.Errorf("%d packets in the file, want %d", len(all), packets)
	}
	for i := range all[1:] {
		if all[i+1].at < all[i].at {
			t.Fatalf("packet %d is older than the one before it", i+2)
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriterTellsTheFirstError(t *testing.T) {
	c := NewWriter(full{}, "test")
	tap := c.Wire("test", wire.Options{})
	for i := range 3 * window {
		tap(wire.Event{Number: i + 1, Fate: link.Queued, Packet: packetOf(t, wire.Client)})
	}
	if err := c.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close: %v, want %v", err, errFull)
	}
}

// TestNothingPassed leaves a file that others can open, too.
func TestNothingPassed(t *testing.T) {
	var file bytes.Buffer
	c := NewWriter(&file, "test")
	c.Wire("idle", wire.Options{})
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	if all := rows(t, file.Bytes()); len(all) != 0 {
		t.Errorf("%d packets, want none", len(all))
	}
}

// TestCommentsAreTamed reads comments that would do things to a terminal.
func TestCommentsAreTamed(t *testing.T) {
	for comment, want := range map[string]string{
		"\x1b[31mred\x1b[0m\nnext": "[31mred [0m next",
		"\u202eright to left":      "right to left",
		"":                         "",
	} {
		if got := clean(comment); got != want {
			t.Errorf("clean(%q) = %q, want %q", comment, got, want)
		}
	}
	if got := clean(string(bytes.Repeat([]byte("x"), 2*mostComment))); len(got) != mostComment+len("...") {
		t.Errorf("a long comment is cut to %d bytes", len(got))
	}
}
