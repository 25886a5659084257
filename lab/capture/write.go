// Package capture records what passes over wires: in memory (Recorder, Wires) and
// in pcapng files (Writer), which Wireshark opens. It also reads the pcap and
// pcapng files of other programs (Read).
//
// A capture of the lab shows more than a socket could see. Each end of a wire
// is an interface of its own: a packet stands at the sender's when it was
// offered, also if the wire then dropped it, and at the receiver's when it was
// handed over, as it arrived. A comment says what the wire did to it.
package capture

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// MostBytes is about how large a capture grows. Later packets are counted and
// not kept.
const MostBytes = 256 << 20

// snap is how many bytes of a packet are kept: all, for the largest IP packet.
const snap = 65535

// window is how many packets are held back so that all come out in the order
// of their times. The two directions of a wire report side by side, and tell
// of a hand-over only after the other host has perhaps answered.
const window = 2048

// Writer writes one file. Its methods may be called side by side; the file is
// whole after Close.
type Writer struct {
	mu          sync.Mutex
	w           *bufio.Writer
	ends        int            // interfaces so far
	named       map[string]int // wires of each name
	held        []record       // in the order of their times
	application string
	bytes       int64
	left        int
	err         error // the first; nothing is written after it
	closed      bool
}

// record is one packet at one interface.
type record struct {
	at      time.Time
	end     int // the interface
	bytes   []byte
	length  int
	comment string
}

// NewWriter begins a capture, in whose header the application is named that
// makes it. Nothing is written before the first wire joins.
func NewWriter(w io.Writer, application string) *Writer {
	return &Writer{w: bufio.NewWriter(w), application: application, named: map[string]int{}}
}

// Wire adds a wire and returns the tap that captures it. Its interfaces are
// named after it, the protocol of its first packet, and their ends: "loss tcp
// client". The conditions are those that the wire is made with.
func (c *Writer) Wire(name string, o wire.Options) wire.Tap {
	t := &tapped{writer: c, name: name, conditions: o}
	return t.tap
}

// tapped is one wire of a capture. Its interfaces are made when the first
// packet passes.
type tapped struct {
	writer     *Writer
	name       string
	conditions wire.Options
	ends       [2]int // interface of each side, from 1; 0 before the first packet
	highest    [2]int // number of the latest packet of each side that was handed over
}

// tap captures one event. The wire never calls it twice at once.
func (t *tapped) tap(e wire.Event) {
	at := e.From // where the packet is seen
	switch {
	case e.Fate == link.Delivered || e.Fate == link.Corrupted:
		at = 1 - e.From
	case e.Copy:
		return // the host did not send it
	}
	comment := packet.Describe(e, t.conditions)
	if at != e.From && !e.Copy {
		if comment.IsZero() && e.Number < t.highest[e.From] {
			comment = text.Say("overtaken on the wire by packets that were sent after it")
		}
		t.highest[e.From] = max(t.highest[e.From], e.Number)
	}
	t.writer.add(t, at, e, comment.String())
}

// add holds a packet back for a while, and writes those that were held long
// enough.
func (c *Writer) add(t *tapped, at wire.Side, e wire.Event, comment string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil || c.closed {
		return
	}
	if c.bytes > MostBytes {
		c.left++
		return
	}
	if t.ends[at] == 0 {
		c.introduce(t, e)
	}
	kept := slices.Clone(e.Packet[:min(len(e.Packet), snap)])
	c.bytes += int64(len(kept) + len(comment) + 48) // and the block around them
	r := record{at: e.Joined.Add(e.Time), end: t.ends[at] - 1, bytes: kept, length: len(e.Packet), comment: comment}
	i := len(c.held)
	for i > 0 && c.held[i-1].at.After(r.at) {
		i--
	}
	c.held = slices.Insert(c.held, i, r)
	if len(c.held) >= 2*window {
		c.flush(window)
	}
}

// introduce adds the interfaces of a wire to the file when its first packet
// passes.
func (c *Writer) introduce(t *tapped, first wire.Event) {
	name := t.name
	if p, err := packet.Decode(first.Packet); err == nil {
		name += " " + p.Transport()
	}
	if c.named[name]++; c.named[name] > 1 {
		name += " " + strconv.Itoa(c.named[name])
	}
	for side := wire.Client; side <= wire.Server; side++ {
		about := fmt.Sprintf("packets of the %s: %s", side, t.conditions.Of(side))
		c.begin(name+" "+side.String(), about, runtime.GOOS)
		t.ends[side] = c.ends
	}
}

// begin adds one interface; the first one begins the file.
func (c *Writer) begin(name, description, os string) {
	if c.ends == 0 {
		c.write(sectionBlock(c.application))
	}
	c.write(interfaceBlock(name, description, os))
	c.ends++
}

// write writes one block. After an error the buffer takes nothing more.
func (c *Writer) write(b []byte) {
	_, err := c.w.Write(b)
	c.keep(err)
}

// keep remembers the first error.
func (c *Writer) keep(err error) {
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("write capture: %w", err)
	}
}

// flush writes the first count of the packets that are held.
func (c *Writer) flush(count int) {
	for _, r := range c.held[:count] {
		c.write(r.block())
	}
	c.held = slices.Delete(c.held, 0, count)
}

// Left is how many packets were not kept because the file had grown too large.
func (c *Writer) Left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left
}

// Close writes what is held back and returns the first error of all. It leaves
// the file open. A capture of nothing is a valid file with one idle interface.
func (c *Writer) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.err
	}
	c.closed = true
	if c.ends == 0 {
		c.begin("nothing passed", "", "")
	}
	c.flush(len(c.held))
	c.keep(c.w.Flush())
	return c.err
}
