package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// judged is what pcapgo reads from a file, up to its first error.
func judged(file []byte) (all []frame, err error) {
	next, err := judge(file)
	for err == nil {
		var f frame
		if f, err = next(); err == nil {
			all = append(all, f)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}

// classic reports whether a file is in the older format.
func classic(file []byte) bool {
	order, _ := pcapOrder(append(bytes.Clone(file), 0, 0, 0, 0))
	return order != nil
}

// judge reads frames by pcapgo.
func judge(file []byte) (func() (frame, error), error) {
	if classic(file) {
		r, err := pcapgo.NewReader(bytes.NewReader(file))
		return func() (frame, error) {
			data, info, err := r.ReadPacketData()
			if errors.Is(err, io.EOF) && info.CaptureLength > 0 {
				err = io.ErrUnexpectedEOF
			}
			return frame{bytes: data, at: info.Timestamp, link: linkType(r.LinkType())}, err
		}, err
	}
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
	return func() (frame, error) {
		data, info, o, err := r.ReadPacketDataWithOptions()
		if err != nil {
			return frame{}, err
		}
		kind, _ := info.AncillaryData[0].(layers.LinkType)
		return frame{data, info.Timestamp, linkType(kind), info.InterfaceIndex, o.Comments}, nil
	}, err
}

// ours is what the lab reads from a file, up to the first error.
func ours(file []byte) (all []frame, err error) {
	s, err := open(bytes.NewReader(file))
	for err == nil {
		var f frame
		if f, err = s.next(); err == nil {
			f.bytes = bytes.Clone(f.bytes)
			all = append(all, f)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}

// compare holds the reader against pcapgo, as far as both read the file. Where a
// file may have interfaces that count otherwise than in 10^-1 to 10^-19 s, times
// are not compared: pcapgo rounds those.
func compare(t *testing.T, file []byte, times bool) (got, want []frame) {
	t.Helper()
	got, _ = ours(file)
	want, _ = judged(file)
	times = times || classic(file)
	for i := range min(len(got), len(want)) {
		g, w := got[i], want[i]
		switch wrapped := g.at.Sub(w.at)%(1<<32) == 0; { // pcapgo multiplies microseconds in 32 bits
		case !bytes.Equal(g.bytes, w.bytes), g.link != w.link, g.end != w.end:
			t.Fatalf("file %x, packet %d: read\n%+v, pcapgo has\n%+v", file, i+1, g, w)
		case times && !wrapped:
			t.Fatalf("file %x, packet %d: at %v, pcapgo says %v", file, i+1, g.at, w.at)
		case w.comments != nil && !slices.Equal(g.comments, w.comments):
			t.Fatalf("file %x, packet %d: comments %q, pcapgo has %q", file, i+1, g.comments, w.comments)
		}
	}
	return got, want
}

// TestTheReaderReadsAsPcapgoDoes holds the reader against another implementation,
// over files of both formats, whole and with mistakes.
func TestTheReaderReadsAsPcapgoDoes(t *testing.T) {
	a := &author{Rand: rand.New(rand.NewPCG(3, 4))}
	packets, read, mistakes := 0, 0, 0
	for i := range 600 {
		file := a.pcapngFile()
		if i%3 == 0 {
			file = a.pcapFile()
		}
		got, want := compare(t, file, true)
		if _, err := ours(file); err != nil || len(got) != len(want) {
			t.Fatalf("file %x: %d packets, pcapgo has %d; %v", file, len(got), len(want), err)
		}
		packets += len(got)
		for range 30 {
			file := bytes.Clone(file)
			file[a.IntN(len(file))] ^= 1 << a.IntN(8)
			got, want := compare(t, file[:len(file)-a.IntN(2)*a.IntN(len(file))], false)
			read, mistakes = read+min(len(got), len(want)), mistakes+len(want)
		}
	}
	if packets < 2000 || read*10 < mistakes*9 {
		t.Errorf("%d packets, and %d of %d in files with mistakes: too few to compare", packets, read, mistakes)
	}
}

// FuzzReadAsPcapgo looks for files that the two read differently.
func FuzzReadAsPcapgo(f *testing.F) {
	a := &author{Rand: rand.New(rand.NewPCG(5, 6))}
	for range 20 {
		f.Add(a.pcapngFile())
		f.Add(a.pcapFile())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := open(bytes.NewReader(file)); err == nil && file[0] != 0x1f {
			compare(t, file, false)
		}
	})
}

// TestTheWriterWritesAsPcapgoDoes copies captures by pcapgo: all bytes are the same.
func TestTheWriterWritesAsPcapgoDoes(t *testing.T) {
	var idle, several bytes.Buffer
	c := NewWriter(&idle, "")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = NewWriter(&several, "an application")
	for i, raw := range [][]byte{packetOf(t, wire.Client), {1, 2}, {}, make([]byte, 70_000)} {
		tap := c.Wire("wire", wire.Options{Client: link.Conditions{Loss: 0.1}})
		e := wire.Event{Time: time.Duration(i), Joined: time.Unix(1<<32, 0), Number: 1, Fate: link.Lost, Cause: "loss", Packet: raw}
		tap(e)
		e.Fate = link.Queued
		tap(e)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"idle": idle.Bytes(), "several wires": several.Bytes(), "played": played(t)} {
		if again := copied(t, file); !bytes.Equal(file, again) {
			t.Errorf("%s: the file is\n%x, pcapgo writes\n%x", name, file, again)
		}
	}
}

// copied is a file as pcapgo reads and writes it.
func copied(t *testing.T, file []byte) []byte {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	var w *pcapgo.NgWriter
	for interfaces := 0; ; {
		data, info, o, end := r.ReadPacketDataWithOptions()
		for ; interfaces < r.NInterfaces() && err == nil; interfaces++ {
			about, _ := r.Interface(interfaces)
			if w == nil {
				w, err = pcapgo.NewNgWriterInterface(&again, about, pcapgo.NgWriterOptions{SectionInfo: r.SectionInfo()})
			} else {
				_, err = w.AddInterface(about)
			}
		}
		if errors.Is(end, io.EOF) && err == nil {
			err = w.Flush()
			break
		}
		if err = errors.Join(err, end, w.WritePacketWithOptions(info, data, o)); err != nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return again.Bytes()
}

// TestPacketsHaveABound reads the largest one, and refuses a larger one.
func TestPacketsHaveABound(t *testing.T) {
	a := author{order: binary.BigEndian}
	for extra := range 2 {
		length := uint32(mostSnap + extra)
		file := a.numbers(uint32(magicMicroseconds), uint16(2), uint16(4), uint64(0), uint32(0), uint32(linkRaw), uint64(0), length, length)
		all, err := ours(append(file, make([]byte, length)...))
		if read := err == nil && len(all) == 1; read != (extra == 0) {
			t.Errorf("a packet of %d bytes: %d are read, %v", length, len(all), err)
		}
	}
}

// TestPcapHasOneVersion: whatever else a file claims to be is not read.
func TestPcapHasOneVersion(t *testing.T) {
	a := author{order: binary.LittleEndian}
	_, err := ours(a.numbers(uint32(magicNanoseconds), uint16(2), uint16(3), uint64(0), uint32(0), uint32(linkRaw)))
	if err == nil || !strings.Contains(err.Error(), "its header: version 2.3 of the format, not 2.4") {
		t.Errorf("error %v, want one about version 2.3", err)
	}
}
