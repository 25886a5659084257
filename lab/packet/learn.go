package packet

import (
	"math"
	"slices"
	"strconv"
	"time"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Kind says what a note is about.
type Kind int

// The kinds of notes.
const (
	Insight Kind = iota // something to be learnt
	Trouble             // what the wire did to the packet
	Repair              // what a host does about it
)

// Annotation is a short sentence about a packet.
type Annotation struct {
	Kind Kind
	Text text.Message
}

// annotations are those of one conversation.
func (t Trace) annotations() [][]Annotation {
	s := annotator{trace: t, first: map[place]time.Duration{}}
	notes := make([][]Annotation, len(t.Packets))
	overtaken, full := Overtaken(t.Packets), t.usesUp()
	for i, p := range t.Packets {
		s.notes = nil
		s.fate(p, overtaken[i])
		if i == full {
			s.insightf("fills the window: what follows has to wait")
		}
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

// annotator reads a trace from its beginning and notes what it learns.
type annotator struct {
	trace Trace
	notes []Annotation // about the packet at hand

	syn      time.Duration // when the first SYN was sent
	agreed   bool          // SYN-ACK seen
	shaken   bool          // handshake done
	data     bool          // application data seen
	answered bool          // and an answer
	lost     bool          // a datagram was lost
	closer   wire.Side     // who said goodbye first
	fin      [2]uint32     // what acknowledges each side's FIN, relative
	said     [2]bool       // each side said goodbye
	crossed  bool          // the goodbyes, on their way
	parted   bool
	zero     [2]bool                 // each side's window is closed
	asks     [2][]ask                // what each side asks for by its acknowledgements
	gone     bool                    // reset
	cut      [2]bool                 // a first and a later fragment seen
	first    map[place]time.Duration // when each number was sent first
}

// place is a sequence number of a side.
type place struct {
	side wire.Side
	seq  uint32
}

// ask is an acknowledgement as the other side hears it.
type ask struct {
	heard  time.Duration // when; never if it was lost
	ack    uint32
	window uint16
	again  bool   // it said the same before
	edge   uint32 // the last byte behind a gap that it has got (SACK), else 0
}

func (s *annotator) insightf(format text.Phrase, args ...any) {
	s.notes = append(s.notes, Annotation{Insight, text.Sayf(format, args...)})
}

func (s *annotator) troublef(format text.Phrase, args ...any) {
	s.notes = append(s.notes, Annotation{Trouble, text.Sayf(format, args...)})
}

func (s *annotator) repairf(format text.Phrase, args ...any) {
	s.notes = append(s.notes, Annotation{Repair, text.Sayf(format, args...)})
}

// fate notes what the wire did to a packet.
func (s *annotator) fate(p Packet, overtaken int) {
	if told := Describe(p.event(), s.trace.Conditions); p.Comment != "" {
		s.troublef("%s", p.Comment)
	} else if !told.IsZero() {
		s.notes = append(s.notes, Annotation{Trouble, told})
	}
	switch {
	case overtaken > 0:
		s.troublef("late: arrives at %s ms, overtaken by %d", Milliseconds(p.Delivered-s.trace.began()), overtaken)
	case p.Fate == link.Corrupted:
		s.insightf("the checksum is wrong now: the host will discard it")
	case p.Fate == link.Queued && s.trace.Network != "":
		s.troublef("still under way at the end")
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
func (s *annotator) segment(p Packet) {
	t := p.TCP
	switch {
	case p.Retransmission:
		s.again(p)
	case p.Probe:
		s.repairf("a probe: it only asks for an answer")
	case p.OutOfOrder:
		s.repairf("fills a gap")
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
		s.repeated(p)
	default:
		s.shake(p)
		s.begin(p)
		s.window(p)
		s.repeated(p)
		s.part(p)
	}
}

// again notes why a segment is sent again: because acknowledgements asked for
// it (fast retransmit, RFC 5681 section 3.2), because others told that what
// came behind it has arrived (RFC 6675, RFC 8985), or because none came.
func (s *annotator) again(p Packet) {
	seq := p.TCP.RelativeSeq
	first, known := s.first[place{p.From, seq}]
	times, edge := s.heard(1-p.From, seq, p.Time)
	switch {
	case p.TCP.Flags.Has(SYN|ACK) && s.greeted(p.Time):
		s.repairf("answers a greeting that came again")
	case times > 0:
		s.repairf("fast retransmit: acknowledgements asked for it again (%d)", times)
	case after(edge, seq):
		s.repairf("fast retransmit: what came behind it has arrived")
	case known:
		s.repairf("sent again: no acknowledgement for %s", RoundDuration(p.Time-first))
	default:
		s.repairf("sent again")
	}
}

// greeted reports whether more SYNs had arrived by then than were answered, be
// it that one was sent twice or that the wire made two of it.
func (s *annotator) greeted(now time.Duration) bool {
	open := 0
	for _, p := range s.trace.Packets {
		switch {
		case p.Time > now:
			return open > 0
		case p.TCP == nil || !p.TCP.Flags.Has(SYN):
		case !p.TCP.Flags.Has(ACK) && p.Fate == link.Delivered && p.Delivered > 0 && p.Delivered <= now:
			open++
		case p.TCP.Flags.Has(ACK) && !p.Copy && p.Time < now:
			open--
		}
	}
	return open > 0
}

// mostAsks bounds how far heard looks back.
const mostAsks = 100

// heard tells what the other side of a conversation had heard from a side by
// then: how often it was asked for a number again, and the last byte that
// arrived behind a gap.
func (s *annotator) heard(from wire.Side, seq uint32, now time.Duration) (times int, edge uint32) {
	asks := s.asks[from]
	for _, a := range asks[max(len(asks)-mostAsks, 0):] {
		if a.heard > now {
			continue
		}
		if a.ack == seq && a.again {
			times++
		}
		if after(a.edge, edge) {
			edge = a.edge
		}
	}
	return times, edge
}

func (s *annotator) reset() {
	switch {
	case s.gone:
	case !s.agreed && !s.shaken:
		s.insightf("refused: nobody listens on that port")
	case s.said[0] && s.said[1]:
		s.insightf("reset: here the connection is forgotten already")
	default:
		s.insightf("reset: the connection is gone at once")
	}
	s.gone = true
}

func (s *annotator) greet(p Packet) {
	switch {
	case p.Retransmission:
	case p.TCP.Flags.Has(ACK):
		s.agreed = true
		s.insightf("agrees, and greets in turn")
	case s.trace.Network != "" && p.Fate == link.Delivered && !s.trace.answers():
		s.syn = p.Time
		s.insightf("greets, and nobody answers")
	default:
		s.syn = p.Time
		s.insightf("greets: no data yet")
	}
}

// answers reports whether the server says anything at all.
func (t Trace) answers() bool {
	return slices.ContainsFunc(t.Packets, func(p Packet) bool { return p.From == wire.Server })
}

func (s *annotator) shake(p Packet) {
	if s.agreed && !s.shaken && p.From == wire.Client && p.TCP.Flags.Has(ACK) {
		s.shaken = true
		s.insightf("handshake done after %s: the first byte may flow", RoundDuration(p.Time-s.syn))
	}
}

// begin notes the first data and the first answer to it.
func (s *annotator) begin(p Packet) {
	switch {
	case p.Payload == 0 || p.Probe:
	case !s.data:
		s.data = true
		s.insightf("the first data")
	case !s.answered && p.From == wire.Server:
		s.answer(p)
	}
}

// answer notes the first answer.
func (s *annotator) answer(p Packet) {
	s.answered = true
	if at := p.arrival(); at != never {
		s.insightf("the answer: it arrives %s after the start", RoundDuration(at-s.trace.began()))
		return
	}
	s.insightf("the answer")
}

func (s *annotator) window(p Packet) {
	closed := p.TCP.Window == 0
	switch {
	case closed && !s.zero[p.From]:
		s.insightf("zero window: no room left, so the other side has to wait")
	case !closed && s.zero[p.From]:
		s.insightf("room again: the other side may go on")
	}
	s.zero[p.From] = closed
}

// repeated notes acknowledgements that come again while something behind them
// arrives: each says what is missing (RFC 5681 section 2).
func (s *annotator) repeated(p Packet) {
	t := p.TCP
	a := ask{heard: p.arrival(), ack: t.RelativeAck, window: t.Window}
	for _, b := range t.RelativeSACK {
		if after(b[1], a.edge) {
			a.edge = b[1]
		}
	}
	if n := len(s.asks[p.From]); n > 0 && p.Payload == 0 && !t.Flags.any(SYN|FIN) && !p.Probe {
		last := s.asks[p.From][n-1]
		same := last.window == a.window && last.edge == a.edge || a.edge != 0
		a.again = last.ack == a.ack && same && s.outstanding(p)
	}
	if a.again {
		s.repairf("asks for byte %d again", a.ack)
	}
	s.asks[p.From] = append(s.asks[p.From], a)
}

// arrival is when a packet reached the other host, as far as is known; in a
// capture, packets are seen when they pass.
func (p Packet) arrival() time.Duration {
	switch {
	case p.Delivered > 0 && p.Fate == link.Delivered:
		return p.Delivered
	case p.Number == 0:
		return p.Time
	}
	return never
}

// never is later than every time.
const never = time.Duration(math.MaxInt64)

// outstanding reports whether the other side has sent what a segment does not
// acknowledge.
func (s *annotator) outstanding(p Packet) bool {
	_, sent := s.first[place{1 - p.From, p.TCP.RelativeAck}]
	return sent
}

// part notes the goodbye of a connection.
func (s *annotator) part(p Packet) {
	me, peer := p.From, 1-p.From
	if p.TCP.Flags.Has(FIN) && !s.said[me] {
		if s.said[peer] {
			s.crossed = after(s.fin[peer], p.TCP.RelativeAck)
			s.insightf("FIN: neither has the other side")
		} else {
			s.closer = me
			s.insightf("FIN: has nothing more to send")
		}
		s.said[me], s.fin[me] = true, p.TCP.RelativeSeq+p.TCP.length(p.Payload)
	}
	if s.parted || me != s.closer || !s.said[me] || !s.said[peer] || after(s.fin[peer], p.TCP.RelativeAck) {
		return
	}
	s.parted = true
	switch { // RFC 9293 section 3.6
	case s.crossed:
		s.insightf("closed: both sides stay in TIME_WAIT for a while, since their goodbyes crossed")
	case me == wire.Client:
		s.insightf("closed: the client stays in TIME_WAIT for a while")
	default:
		s.insightf("closed: the server stays in TIME_WAIT for a while")
	}
}

// datagram notes what a datagram, or a fragment of one, shows.
func (s *annotator) datagram(p Packet) {
	switch {
	case p.FragmentOffset > 0:
		if !s.cut[1] {
			s.insightf("the next fragment: without ports, and lost if one of the others is")
		}
		s.cut[1] = true
	case p.MoreFragments && p.UDP != nil && !s.cut[0]:
		s.cut[0] = true
		s.insightf("the first fragment of a datagram of %d bytes", p.UDP.Length-udpHeader)
	case !s.data && toMany(p.Destination):
		s.insightf("to %s: every socket there that listens gets a copy", p.Destination)
	case !s.data && p.From == wire.Server:
		s.answered = true
		s.insightf("answers, from the host's own address")
	case !s.data:
		s.insightf("data at once: no handshake")
	case !s.answered && p.From == wire.Server:
		s.answer(p)
	}
	s.data = true
	if (p.Fate == link.Lost || p.Fate == link.Overflowed || p.Fate == link.Corrupted) && !s.lost {
		s.lost = true
		s.insightf("nobody is told, and nobody sends it again")
	}
}

// report notes what an ICMP message says.
func (s *annotator) report(p Packet) {
	if p.ICMP.PortUnreachable() {
		s.insightf("the host says: nobody listens on port %d", p.ICMP.Destination.Port())
		return
	}
	s.insightf("the packet before could not be delivered")
}

// Milliseconds writes a time as the traces do: in ms, with one digit after the
// point.
func Milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64)
}
