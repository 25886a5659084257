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

	"echolab/lab/link"
	"echolab/lab/packet"
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
func Read(r io.Reader, o Options) (packet.Trace, error) {
	all, err := collect(r, o, max(o.Conversation, 1))
	if err != nil {
		return packet.Trace{}, err
	}
	return all[0], nil
}

// ReadAll reads all conversations, in the order in which they began. Of all
// together it keeps as many packets as Read keeps of one.
func ReadAll(r io.Reader, o Options) ([]packet.Trace, error) { return collect(r, o, 0) }

// collect reads the conversation of a number; 0 is all of them.
func collect(r io.Reader, o Options, number int) ([]packet.Trace, error) {
	s, err := open(r)
	if err != nil {
		return nil, err
	}
	if o.Most <= 0 {
		o.Most = DefaultMost
	}
	c := collector{Options: o, number: number, homes: map[home]int{}, numbers: map[int]int{}, places: map[int]int{}}
	for {
		f, err := s.next()
		if errors.Is(err, io.EOF) {
			return c.result()
		}
		if err != nil {
			return nil, err
		}
		c.take(f)
		if c.of == 0 && c.frames >= mostStrange {
			return c.result()
		}
	}
}

// collector picks conversations out of a series of frames.
type collector struct {
	Options
	number  int // of the one that is wanted; 0 is all
	all     packet.Conversations
	numbers map[int]int // among those that count, by number among all
	of      int         // how many count
	homes   map[home]int
	traces  []packet.Trace
	began   []time.Time // of each trace
	places  map[int]int // in traces, by number among all
	kept    int         // packets

	frames  int
	strange linkType // one that is not understood
	odd     int      // frames with such a one
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
	raw := find(f.bytes)
	if raw == nil {
		return
	}
	p, err := packet.Decode(raw)
	if err != nil {
		return
	}
	n := c.all.Of(p)
	if n == 0 || !c.wanted(n, p) || !c.athome(n, p, f.end) {
		return
	}
	at := c.place(n, p, f)
	if c.kept >= c.Most {
		c.traces[at].Left++
		return
	}
	c.keep(n, at, p, f)
}

// wanted reports whether a conversation is one that was asked for.
func (c *collector) wanted(n int, p packet.Packet) bool {
	if _, known := c.numbers[n]; !known && (p.TCP != nil || p.UDP != nil) {
		c.numbers[n] = 0
		if c.Only == "" || c.Only == p.Transport() {
			c.of++
			c.numbers[n] = c.of
		}
	}
	return c.numbers[n] > 0 && (c.number == 0 || c.numbers[n] == c.number)
}

// place is where a conversation's trace is; its first packet begins it.
func (c *collector) place(n int, p packet.Packet, f frame) int {
	if at, known := c.places[n]; known {
		return at
	}
	t := packet.Trace{Transport: p.Transport(), Conversation: c.numbers[n]}
	t.Client, t.Server = c.all.Ends(n)
	c.places[n] = len(c.traces)
	c.traces, c.began = append(c.traces, t), append(c.began, f.at)
	return c.places[n]
}

// home is a host in a conversation. The same host may be elsewhere in another one: a
// capture of the lab has a wire for each, and all wires the same two addresses.
type home struct {
	conversation int
	host         netip.Addr
}

// mostHomes bounds what is remembered of hosts, routers that report about a
// conversation among them.
const mostHomes = 1 << 16

// athome reports whether a packet was captured where its sender is. A capture
// of several interfaces may hold a packet once for each that it passed; the
// first of them is the sender's.
func (c *collector) athome(n int, p packet.Packet, end int) bool {
	who := home{n, p.Source}
	at, known := c.homes[who]
	if !known && len(c.homes) < mostHomes {
		at, known = end, true
		c.homes[who] = end
	}
	return known && at == end
}

// keep adds a packet to its trace.
func (c *collector) keep(n, at int, p packet.Packet, f frame) {
	p.Time, p.From, p.Fate = f.at.Sub(c.began[at]), c.all.Side(n, p), link.Delivered
	p.Comment = clean(strings.Join(f.comments, "; "))
	switch {
	case strings.HasPrefix(p.Comment, "dropped by the lab"):
		p.Fate = link.Lost
	case strings.HasPrefix(p.Comment, "the lab flips one bit"):
		p.Fate = link.Corrupted
	}
	p.Data = slices.Clone(p.Data[:min(len(p.Data), mostData)])
	c.traces[at].Packets = append(c.traces[at].Packets, p)
	c.kept++
}

// mostData bounds the application data that is kept of each packet, in bytes:
// traces show how much there was, not what it said.
const mostData = 64

// result is the traces, at least one, or why there is none.
func (c *collector) result() ([]packet.Trace, error) {
	kind := "TCP or UDP"
	if c.Only != "" {
		kind = strings.ToUpper(c.Only)
	}
	switch {
	case c.frames == 0:
		return nil, wrongf("no packets in it")
	case c.of == 0 && c.odd > 0:
		return nil, wrongf("no %s in its %d packets: link type %d is not known here", kind, c.frames, c.strange)
	case c.of == 0:
		return nil, wrongf("no %s in its %d packets", kind, c.frames)
	case c.kept == 0:
		reason := fmt.Sprintf("no conversation %d: there %s %d", c.number, be(c.of), c.of)
		return nil, &FormatError{Reason: reason, Conversations: c.of}
	}
	for i := range c.traces {
		c.traces[i].Of = c.of
		sortAndFollow(c.traces[i].Packets)
	}
	return c.traces, nil
}

// sortAndFollow puts the packets of one conversation in order, from time 0 on.
func sortAndFollow(packets []packet.Packet) {
	if len(packets) == 0 {
		return // more than are kept came before
	}
	slices.SortStableFunc(packets, func(a, b packet.Packet) int { return cmp.Compare(a.Time, b.Time) })
	first := packets[0].Time
	for i := range packets {
		packets[i].Time -= first
	}
	packet.Follow(packets)
}

// be is the verb for a count.
func be(count int) string {
	if count == 1 {
		return "is"
	}
	return "are"
}

// clean makes a comment safe to print, in one line.
func clean(comment string) string {
	line := []rune(comment)
	for i, r := range line {
		if !unicode.IsPrint(r) {
			line[i] = ' '
		}
	}
	if len(line) > mostComment {
		line = append(line[:mostComment], '.', '.', '.')
	}
	return strings.TrimSpace(string(line))
}
