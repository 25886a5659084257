package capture_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// built serializes headers and data.
func built(tb testing.TB, parts ...gopacket.SerializableLayer) []byte {
	tb.Helper()
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, parts...); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// question and answer are two datagrams of a conversation over IPv4, and
// another two over IPv6.
func question(tb testing.TB) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: net.IP{10, 0, 0, 1}, DstIP: net.IP{10, 0, 0, 2}}
	return built(tb, ip, &layers.UDP{SrcPort: 4000, DstPort: 7}, gopacket.Payload("hello"))
}

func answer(tb testing.TB) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: net.IP{10, 0, 0, 2}, DstIP: net.IP{10, 0, 0, 1}}
	return built(tb, ip, &layers.UDP{SrcPort: 7, DstPort: 4000}, gopacket.Payload("hello"))
}

func question6(tb testing.TB) []byte {
	ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: net.ParseIP("fd00::1"), DstIP: net.ParseIP("fd00::2")}
	return built(tb, ip, &layers.TCP{SrcPort: 4001, DstPort: 7, SYN: true, Window: 1000})
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// classic writes a pcap file of frames that are a millisecond apart.
func classic(tb testing.TB, kind layers.LinkType, frames ...[]byte) []byte {
	tb.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriterNanos(&file)
	if err := w.WriteFileHeader(65535, kind); err != nil {
		tb.Fatal(err)
	}
	for i, f := range frames {
		info := gopacket.CaptureInfo{Timestamp: noon.Add(time.Duration(i) * time.Millisecond), CaptureLength: len(f), Length: len(f)}
		if err := w.WritePacket(info, f); err != nil {
			tb.Fatal(err)
		}
	}
	return file.Bytes()
}

// modern writes a pcapng file with one interface.
func modern(tb testing.TB, kind layers.LinkType, frames ...[]byte) []byte {
	tb.Helper()
	var file bytes.Buffer
	w, err := pcapgo.NewNgWriter(&file, kind)
	if err != nil {
		tb.Fatal(err)
	}
	for i, f := range frames {
		info := gopacket.CaptureInfo{Timestamp: noon.Add(time.Duration(i) * time.Millisecond), CaptureLength: len(f), Length: len(f)}
		if err := w.WritePacket(info, f); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return file.Bytes()
}

// in puts a link's header before a packet.
func in(header string, raw []byte) []byte { return append([]byte(header), raw...) }

const (
	ethernet4 = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x08\x00"
	ethernet6 = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x86\xdd"
	tagged    = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x81\x00\x00\x05\x08\x00"
	twice     = "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00"
	cooked1   = "\x00\x00\x00\x01\x00\x06\x02\x00\x00\x00\x00\x01\x00\x00\x08\x00"
	cooked2   = "\x08\x00\x00\x00\x00\x00\x00\x02\x00\x01\x00\x06\x02\x00\x00\x00\x00\x01\x00\x00"
)

func TestReadKnowsTheLinksOfOthers(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   layers.LinkType
		header string
		v6     string // the header before IPv6; "" if the same
	}{
		{"Ethernet", layers.LinkTypeEthernet, ethernet4, ethernet6},
		{"Ethernet with a VLAN tag", layers.LinkTypeEthernet, tagged, ethernet6},
		{"Ethernet with two VLAN tags", layers.LinkTypeEthernet, twice, ethernet6},
		{"raw IP", layers.LinkTypeRaw, "", ""},
		{"raw IP of a BSD", 12, "", ""},
		{"Linux cooked", layers.LinkTypeLinuxSLL, cooked1, strings.Replace(cooked1, "\x08\x00", "\x86\xdd", 1)},
		{"Linux cooked, version 2", layers.LinkTypeLinuxSLL2, cooked2, "\x86\xdd" + cooked2[2:]},
		{"loopback, little endian", layers.LinkTypeNull, "\x02\x00\x00\x00", "\x1e\x00\x00\x00"},
		{"loopback, big endian", layers.LinkTypeLoop, "\x00\x00\x00\x02", "\x00\x00\x00\x18"},
	} {
		if c.v6 == "" {
			c.v6 = c.header
		}
		frames := [][]byte{in(c.header, question(t)), in(c.v6, question6(t)), in(c.header, answer(t))}
		files := map[string][]byte{"pcap": classic(t, c.kind, frames...), "pcapng": modern(t, c.kind, frames...)}
		for form, file := range files {
			t.Run(c.name+" in "+form, func(t *testing.T) {
				found, err := capture.Read(bytes.NewReader(file), capture.Options{})
				if err != nil {
					t.Fatal(err)
				}
				got := fmt.Sprintln(found.Transport, found.Client, found.Server, found.Of, len(found.Packets))
				if want := fmt.Sprintln("udp", "10.0.0.1:4000", "10.0.0.2:7", 2, 2); got != want {
					t.Fatalf("read %s, want %s", got, want)
				}
				if p := found.Packets[1]; p.From != wire.Server || p.Time != 2*time.Millisecond || p.Payload != 5 {
					t.Errorf("the answer: from side %d at %v, %d bytes; want from side %d at 2ms, 5 bytes", p.From, p.Time, p.Payload, wire.Server)
				}
				second, err := capture.Read(bytes.NewReader(file), capture.Options{Conversation: 2})
				if err != nil || second.Transport != "tcp" || second.Client.String() != "[fd00::1]:4001" {
					t.Errorf("conversation 2: %s of %s, %v; want tcp of [fd00::1]:4001", second.Transport, second.Client, err)
				}
			})
		}
	}
}

func TestReadUnzips(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(modern(t, layers.LinkTypeRaw, question(t)))
	z.Close()
	found, err := capture.Read(&zipped, capture.Options{})
	if err != nil || len(found.Packets) != 1 {
		t.Errorf("%d packets, %v; want 1", len(found.Packets), err)
	}
}

// TestReadCountsOnlyWhatIsAskedFor numbers conversations among those of one
// transport.
func TestReadCountsOnlyWhatIsAskedFor(t *testing.T) {
	file := classic(t, layers.LinkTypeRaw, question(t), question6(t))
	found, err := capture.Read(bytes.NewReader(file), capture.Options{Only: "tcp"})
	if err != nil || found.Transport != "tcp" || found.Of != 1 {
		t.Errorf("the first tcp conversation: %s, one of %d, %v", found.Transport, found.Of, err)
	}
}

// TestReadKeepsAsMuchAsItMay counts what it does not keep.
func TestReadKeepsAsMuchAsItMay(t *testing.T) {
	file := classic(t, layers.LinkTypeRaw, question(t), answer(t), question(t), answer(t), question(t))
	found, err := capture.Read(bytes.NewReader(file), capture.Options{Most: 3})
	if err != nil || len(found.Packets) != 3 || found.Left != 2 {
		t.Errorf("%d packets kept, %d left, %v; want 3 and 2", len(found.Packets), found.Left, err)
	}
}

// patched is a copy of a file with other bytes at some place.
func patched(file []byte, at int, with ...byte) []byte {
	return append(append(append([]byte{}, file[:at]...), with...), file[at+len(with):]...)
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	pcap, pcapng := classic(t, layers.LinkTypeRaw, question(t), answer(t)), modern(t, layers.LinkTypeRaw, question(t), answer(t))
	arp := in("\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x08\x06", make([]byte, 28))
	huge := []byte{0xff, 0xff, 0xff, 0x7f}
	for _, c := range []struct {
		name string
		file []byte
		o    capture.Options
		says string
	}{
		{"nothing in it", nil, capture.Options{}, "empty"},
		{"one byte", []byte{1}, capture.Options{}, "no pcap or pcapng"},
		{"a text", []byte("It was a dark and stormy night."), capture.Options{}, "no pcap or pcapng"},
		{"half a pcap header", pcap[:20], capture.Options{}, "cut short in its header"},
		{"half a pcapng header", pcapng[:20], capture.Options{}, "cut short in its header"},
		{"a pcap header alone", pcap[:24], capture.Options{}, "no packets"},
		{"a pcap file cut in its second packet", pcap[:len(pcap)-3], capture.Options{}, "cut short in packet 2"},
		{"a pcap file cut behind a packet's header", pcap[:24+16], capture.Options{}, "cut short in packet 1"},
		{"a pcapng file cut in its second packet", pcapng[:len(pcapng)-3], capture.Options{}, "cut short in packet 2"},
		{"a packet that claims 2 GB", patched(patched(pcap, 32, huge...), 36, huge...), capture.Options{}, "damaged at packet 1"},
		{"a block that claims 2 GB", patched(pcapng, len(pcapng)-2*68+4, huge...), capture.Options{}, "packet 1"},
		{"zeros behind the header", append(pcap[:24:24], make([]byte, 1<<16)...), capture.Options{}, "damaged at packet 1"},
		{"neither TCP nor UDP", classic(t, layers.LinkTypeEthernet, arp), capture.Options{}, "no TCP or UDP in its 1 packets"},
		{"a link that is not known", classic(t, layers.LinkTypeIEEE802_11, arp), capture.Options{}, "link type 105 is not known"},
		{"no TCP", pcap, capture.Options{Only: "tcp"}, "no TCP in its 2 packets"},
		{"a conversation too many", pcap, capture.Options{Conversation: 2}, "no conversation 2: there is 1"},
		{"a damaged gzip file", []byte{0x1f, 0x8b, 0, 0}, capture.Options{}, "damaged gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := capture.Read(bytes.NewReader(c.file), c.o)
			var format *capture.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want a FormatError in one line that says %q", err, c.says)
			}
		})
	}
}

// endless is a file without an end.
type endless struct{ beginning io.Reader }

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.beginning.Read(p); err == nil {
		return n, nil
	}
	clear(p)
	return len(p), nil
}

// TestReadEndsWithFilesThatDoNot stops at the first nonsense.
func TestReadEndsWithFilesThatDoNot(t *testing.T) {
	for name, file := range map[string][]byte{
		"pcap": classic(t, layers.LinkTypeRaw, question(t)), "pcapng": modern(t, layers.LinkTypeRaw, question(t)), "zeros": nil,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := capture.Read(&endless{bytes.NewReader(file)}, capture.Options{})
			var format *capture.FormatError
			if !errors.As(err, &format) {
				t.Errorf("error %v, want a FormatError", err)
			}
		})
	}
}

// TestReadPassesTroubleOn does not call a disk that fails a bad file.
func TestReadPassesTroubleOn(t *testing.T) {
	trouble := errors.New("the disk is on fire")
	_, err := capture.Read(io.MultiReader(bytes.NewReader(nil), &failing{trouble}), capture.Options{})
	if !errors.Is(err, trouble) {
		t.Errorf("error %v, want %v", err, trouble)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRead looks for files that the reader stumbles over.
func FuzzRead(f *testing.F) {
	f.Add([]byte{})
	f.Add(classic(f, layers.LinkTypeRaw, question(f), answer(f)))
	f.Add(modern(f, layers.LinkTypeRaw, question(f), answer(f)))
	f.Add(classic(f, layers.LinkTypeEthernet, in(ethernet4, question(f)), in(ethernet6, question6(f))))
	f.Add(modern(f, layers.LinkTypeLinuxSLL2, in(cooked2, question(f))))
	f.Add(classic(f, layers.LinkTypeNull, in("\x02\x00\x00\x00", question(f))))
	var own bytes.Buffer
	w := capture.NewWriter(&own, "test")
	w.Wire("fuzz", wire.Options{})(wire.Event{Number: 1, Fate: link.Lost, Cause: "loss", Packet: question(f)})
	w.Close()
	f.Add(own.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		found, err := capture.Read(bytes.NewReader(file), capture.Options{Most: 50})
		var format *capture.FormatError
		switch {
		case err != nil && (!errors.As(err, &format) || strings.Contains(err.Error(), "\n")):
			t.Errorf("error %q, want a FormatError in one line", err)
		case err != nil:
			return
		case len(found.Packets) == 0 || len(found.Packets) > 50:
			t.Errorf("%d packets without an error, want 1 to 50", len(found.Packets))
		}
		notes(t, found)
	})
}

// notes reads a trace as whoever draws it does.
func notes(t *testing.T, found packet.Trace) {
	t.Helper()
	if n := len(found.Annotations()); n != len(found.Packets) {
		t.Errorf("notes on %d packets of %d", n, len(found.Packets))
	}
	var last time.Duration
	for i, p := range found.Packets {
		if p.Time < last {
			t.Errorf("packet %d at %v, after one at %v", i+1, p.Time, last)
		}
		last = p.Time
	}
}
