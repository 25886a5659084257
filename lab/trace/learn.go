package trace

import (
	"strconv"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// Kind says what a note is about.
type Kind int

// The kinds of notes.
const (
	Lesson  Kind = iota // something to be learnt
	Trouble             // what the wire did to the packet
	Repair              // what a host does about it
)

// Note is a short sentence about a packet.
type Note struct {
	Kind Kind
	Text lab.Text
}

// Notes says, for each packet of the trace, what it shows. Most show nothing
// that was not shown before.
func (t Trace) Notes() [][]Note {
	s := scholar{trace: t, first: map[place]time.Duration{}}
	notes := make([][]Note, len(t.Packets))
	overtaken := Overtaken(t.Packets)
	for i, p := range t.Packets {
		s.notes = nil
		s.fate(p, overtaken[i])
		switch {
		case p.TCP != nil && !p.Copy:
			s.segment(p)
		case p.ICMP != nil:
			s.report(p)
		case p.Protocol == UDP && !p.Copy:
			s.datagram(p)
		}
		notes[i] = s.notes
	}
	return notes
}

// scholar reads a trace from its beginning and notes what it learns.
type scholar struct {
	trace Trace
	notes []Note // about the packet at hand

	syn      time.Duration // when the first SYN was sent
	agreed   bool          // SYN-ACK seen
	shaken   bool          // handshake done
	data     bool          // application data seen
	answered bool          // and an answer
	lost     bool          // a datagram was lost
	closer   wire.Side     // who said goodbye first
	fin      [2]uint32     // what acknowledges each side's FIN, relative
	said     [2]bool       // each side said goodbye
	parted   bool
	zero     [2]bool                 // each side's window is closed
	asked    [2]ask                  // what each side asks for by its acknowledgements
	first    map[place]time.Duration // when each number was sent first
}

// place is a sequence number of a side.
type place struct {
	side wire.Side
	seq  uint32
}

// ask is an acknowledgement that may come again.
type ask struct {
	ack    uint32
	window uint16
	times  int // it came again
}

func (s *scholar) lesson(format string, args ...any) {
	s.notes = append(s.notes, Note{Lesson, lab.Say(format, args...)})
}

func (s *scholar) trouble(format string, args ...any) {
	s.notes = append(s.notes, Note{Trouble, lab.Say(format, args...)})
}

func (s *scholar) repair(format string, args ...any) {
	s.notes = append(s.notes, Note{Repair, lab.Say(format, args...)})
}

// fate notes what the wire did to a packet.
func (s *scholar) fate(p Packet, overtaken int) {
	if told := Told(p.event(), s.trace.Conditions); p.Comment != "" {
		s.trouble("%s", p.Comment)
	} else if !told.IsZero() {
		s.notes = append(s.notes, Note{Trouble, told})
	}
	switch {
	case overtaken > 0:
		s.trouble("late: arrives at %s ms, overtaken by %d", Milliseconds(p.Delivered-s.trace.began()), overtaken)
	case p.Fate == link.Corrupted:
		s.lesson("the checksum is wrong now: the host will discard it")
	case p.Fate == link.Queued && s.trace.Network != "":
		s.trouble("still under way at the end")
	}
}

// began is the time of the first packet.
func (t Trace) began() time.Duration {
	if len(t.Packets) == 0 {
		return 0
	}
	return t.Packets[0].Time
}

// segment notes what a segment shows.
func (s *scholar) segment(p Packet) {
	t := p.TCP
	switch {
	case p.Retransmission:
		s.again(p)
	case p.Probe:
		s.repair("a probe: it only asks for an answer")
	case p.OutOfOrder:
		s.repair("fills a gap")
	}
	at := place{p.From, t.RelativeSeq}
	if _, known := s.first[at]; !known && t.length(p.Payload) > 0 {
		s.first[at] = p.Time
	}
	switch {
	case t.Flags.Has(RST):
		s.reset()
	case t.Flags.Has(SYN):
		s.greet(p)
	default:
		s.shake(p)
		s.begin(p)
		s.window(p)
		s.repeated(p)
		s.part(p)
	}
}

// again notes why a segment is sent again: because acknowledgements asked for
// it (fast retransmit, RFC 5681 section 3.2, RFC 6675), or because the timer
// ran out (RFC 6298).
func (s *scholar) again(p Packet) {
	peer := s.asked[1-p.From]
	first, known := s.first[place{p.From, p.TCP.RelativeSeq}]
	switch {
	case peer.times > 0 && peer.ack == p.TCP.RelativeSeq:
		s.repair("fast retransmit: %d acknowledgements asked for it", peer.times+1)
	case known:
		s.repair("sent again: no acknowledgement for %s", brief(p.Time-first))
	default:
		s.repair("sent again")
	}
}

func (s *scholar) reset() {
	if !s.agreed && !s.shaken {
		s.lesson("refused: nobody listens on that port")
		return
	}
	s.lesson("reset: the connection is gone at once")
}

func (s *scholar) greet(p Packet) {
	switch {
	case p.Retransmission:
	case p.TCP.Flags.Has(ACK):
		s.agreed = true
		s.lesson("agrees, and greets in turn")
	default:
		s.syn = p.Time
		s.lesson("greets: no data yet")
	}
}

func (s *scholar) shake(p Packet) {
	if s.agreed && !s.shaken && p.From == wire.Client && p.TCP.Flags.Has(ACK) {
		s.shaken = true
		s.lesson("handshake done after %s: the first byte may flow", brief(p.Time-s.syn))
	}
}

// begin notes the first data and the first answer to it.
func (s *scholar) begin(p Packet) {
	switch {
	case p.Payload == 0 || p.Probe:
	case !s.data:
		s.data = true
		s.lesson("the first data")
	case !s.answered && p.From == wire.Server:
		s.answered = true
		s.lesson("the answer, %s after the start", brief(p.Time-s.trace.began()))
	}
}

func (s *scholar) window(p Packet) {
	closed := p.TCP.Window == 0
	switch {
	case closed && !s.zero[p.From]:
		s.lesson("zero window: no room left, so the other side has to wait")
	case !closed && s.zero[p.From]:
		s.lesson("room again: the other side may go on")
	}
	s.zero[p.From] = closed
}

// repeated notes acknowledgements that come again while something behind them
// arrives: each says what is missing (RFC 5681 section 2).
func (s *scholar) repeated(p Packet) {
	t, a := p.TCP, &s.asked[p.From]
	same := a.ack == t.RelativeAck && a.window == t.Window
	switch {
	case t.RelativeAck != a.ack:
		*a = ask{ack: t.RelativeAck, window: t.Window}
	case p.Payload == 0 && !t.Flags.Has(FIN) && (same || p.NamesGap()) && !p.Probe && s.outstanding(p):
		a.times++
		s.repair("asks for byte %d again", t.RelativeAck)
	}
	a.window = t.Window
}

// outstanding reports whether the other side has sent what a segment does not
// acknowledge.
func (s *scholar) outstanding(p Packet) bool {
	_, sent := s.first[place{1 - p.From, p.TCP.RelativeAck}]
	return sent
}

// part notes the goodbye of a connection.
func (s *scholar) part(p Packet) {
	me, peer := p.From, 1-p.From
	if p.TCP.Flags.Has(FIN) && !s.said[me] {
		if s.said[peer] {
			s.lesson("FIN: neither has the other side")
		} else {
			s.closer = me
			s.lesson("FIN: has nothing more to send")
		}
		s.said[me], s.fin[me] = true, p.TCP.RelativeSeq+p.TCP.length(p.Payload)
	}
	if s.parted || me != s.closer || !s.said[me] || !s.said[peer] || after(s.fin[peer], p.TCP.RelativeAck) {
		return
	}
	s.parted = true
	if me == wire.Client {
		s.lesson("closed: the client stays in TIME_WAIT for a while")
	} else {
		s.lesson("closed: the server stays in TIME_WAIT for a while")
	}
}

// datagram notes what a datagram, or a fragment of one, shows.
func (s *scholar) datagram(p Packet) {
	switch {
	case p.FragmentOffset > 0:
		s.lesson("a fragment: the datagram from its byte %d on", p.FragmentOffset)
	case p.MoreFragments && p.UDP != nil:
		s.lesson("the first fragment of a datagram of %d bytes", p.UDP.Length-udpHeader)
	case !s.data:
		s.lesson("data at once: no handshake")
	case !s.answered && p.From == wire.Server:
		s.lesson("the answer, %s after the start", brief(p.Time-s.trace.began()))
	}
	s.data = true
	s.answered = s.answered || p.From == wire.Server
	if (p.Fate == link.Lost || p.Fate == link.Overflowed || p.Fate == link.Corrupted) && !s.lost {
		s.lost = true
		s.lesson("nobody is told, and nobody sends it again")
	}
}

// report notes what an ICMP message says.
func (s *scholar) report(p Packet) {
	if p.ICMP.PortUnreachable() {
		s.lesson("the host says: nobody listens on port %d", p.ICMP.Destination.Port())
		return
	}
	s.lesson("the packet before could not be delivered")
}

// Milliseconds writes a time as the traces do: in ms, with one digit after the
// point.
func Milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64)
}
