package capture

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/gopacket/gopacket/layers"

	"echolab/lab/link"
	"echolab/lab/trace"
)

// Options says what to read.
type Options struct {
	Conversation int    // which one, from 1 in the order in which they began; 0 is the first
	Only         string // "tcp" or "udp": count only such conversations; "" counts both
	Most         int    // packets to keep at most; 0 is DefaultMost
}

// DefaultMost is how many packets of a conversation are kept.
const DefaultMost = 20_000

// mostComment bounds a comment, in characters.
const mostComment = 300

// mostStrange is how many packets without TCP or UDP are looked at before a file
// is given up.
const mostStrange = 1_000_000

// Read reads one conversation from a pcap or pcapng file, also a gzipped one.
// What is wrong with the file is a *FormatError. However large the file is,
// memory is bounded; the file is read to its end, to count conversations.
func Read(r io.Reader, o Options) (trace.Trace, error) {
	s, err := open(r)
	if err != nil {
		return trace.Trace{}, err
	}
	if o.Most <= 0 {
		o.Most = DefaultMost
	}
	c := collector{Options: o, homes: map[netip.Addr]int{}, numbers: map[int]int{}}
	c.trace.Conversation = max(o.Conversation, 1)
	for {
		f, err := s.next()
		if errors.Is(err, io.EOF) {
			return c.result()
		}
		if err != nil {
			return trace.Trace{}, err
		}
		c.take(f)
		if c.trace.Of == 0 && c.frames >= mostStrange {
			return c.result()
		}
	}
}

// collector picks one conversation out of a series of frames.
type collector struct {
	Options
	all     trace.Conversations
	numbers map[int]int // among those that count, by number among all
	homes   map[netip.Addr]int
	trace   trace.Trace
	began   time.Time

	frames  int
	strange layers.LinkType // one that is not understood
	odd     int             // frames with such a one
}

// take looks at one frame.
func (c *collector) take(f frame) {
	c.frames++
	find, known := frames[f.link]
	if !known {
		c.strange = f.link
		c.odd++
		return
	}
	packet := find(f.bytes)
	if packet == nil {
		return
	}
	p, err := trace.Decode(packet)
	if err != nil {
		return
	}
	n := c.all.Of(p)
	if n == 0 || !c.wanted(n, p) || !c.athome(p, f.end) {
		return
	}
	if len(c.trace.Packets) >= c.Most {
		c.trace.Left++
		return
	}
	c.keep(n, p, f)
}

// wanted reports whether a conversation is the one that was asked for.
func (c *collector) wanted(n int, p trace.Packet) bool {
	if _, known := c.numbers[n]; !known && (p.TCP != nil || p.UDP != nil) {
		switch transport := strings.ToLower(p.Protocol.String()); {
		case c.Only != "" && c.Only != transport:
			c.numbers[n] = 0
		default:
			c.trace.Of++
			c.numbers[n] = c.trace.Of
		}
	}
	return c.numbers[n] == c.trace.Conversation
}

// athome reports whether a packet was captured where its sender is. A capture
// of several interfaces may hold a packet once for each that it passed; the
// first of them is the sender's.
func (c *collector) athome(p trace.Packet, end int) bool {
	home, known := c.homes[p.Source]
	if !known && len(c.homes) < 16 { // both ends, and routers that report about them
		home, known = end, true
		c.homes[p.Source] = end
	}
	return known && home == end
}

// keep adds a packet to the trace.
func (c *collector) keep(n int, p trace.Packet, f frame) {
	if len(c.trace.Packets) == 0 {
		c.began = f.at
		c.trace.Client, c.trace.Server = c.all.Ends(n)
		c.trace.Transport = strings.ToLower(p.Protocol.String())
	}
	p.Time, p.From, p.Fate = f.at.Sub(c.began), c.all.Side(n, p), link.Delivered
	p.Comment = clean(strings.Join(f.comments, "; "))
	switch {
	case strings.HasPrefix(p.Comment, "dropped by the lab"):
		p.Fate = link.Lost
	case strings.HasPrefix(p.Comment, "the lab flips one bit"):
		p.Fate = link.Corrupted
	}
	p.Data = slices.Clone(p.Data[:min(len(p.Data), mostData)])
	c.trace.Packets = append(c.trace.Packets, p)
}

// mostData bounds the application data that is kept of each packet, in bytes:
// traces show how much there was, not what it said.
const mostData = 64

// result is the trace, or why there is none.
func (c *collector) result() (trace.Trace, error) {
	kind := "TCP or UDP"
	if c.Only != "" {
		kind = strings.ToUpper(c.Only)
	}
	switch {
	case c.frames == 0:
		return c.trace, wrong("no packets in it")
	case c.trace.Of == 0 && c.odd > 0:
		return c.trace, wrong("no %s in its %d packets: link type %d is not known here", kind, c.frames, c.strange)
	case c.trace.Of == 0:
		return c.trace, wrong("no %s in its %d packets", kind, c.frames)
	case len(c.trace.Packets) == 0:
		return c.trace, &FormatError{Reason: fmt.Sprintf("no conversation %d: there %s %d", c.trace.Conversation, be(c.trace.Of), c.trace.Of), Conversations: c.trace.Of}
	}
	slices.SortStableFunc(c.trace.Packets, func(a, b trace.Packet) int { return cmp.Compare(a.Time, b.Time) })
	first := c.trace.Packets[0].Time
	for i := range c.trace.Packets {
		c.trace.Packets[i].Time -= first
	}
	trace.Follow(c.trace.Packets)
	return c.trace, nil
}

// be is the verb for so many.
func be(count int) string {
	if count == 1 {
		return "is"
	}
	return "are"
}

// clean makes a comment safe to print, in one line.
func clean(comment string) string {
	var b strings.Builder
	kept := 0
	for _, r := range comment {
		if kept == mostComment {
			fmt.Fprint(&b, "...")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
		kept++
	}
	return strings.TrimSpace(b.String())
}
