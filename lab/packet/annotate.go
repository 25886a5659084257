package packet

import (
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
	s := annotator{trace: t, firstSent: map[seqKey]time.Duration{}}
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
			s.icmp(p)
		case p.Protocol == UDP && !p.Copy:
			s.datagram(p)
		}
		notes[i] = s.notes
	}
	return notes
}

// annotator reads a trace from its beginning and notes what each packet shows.
type annotator struct {
	trace Trace
	notes []Annotation // about the packet at hand

	synTime      time.Duration // when the first SYN was sent
	roundTrip    time.Duration // from then until the handshake was done
	synAcked     bool          // a SYN-ACK was seen
	established  bool          // the handshake is done
	dataSeen     bool          // application data was seen
	answerSeen   bool          // and an answer to it
	lossNoted    bool          // a note says that a datagram was lost
	firstCloser  wire.Side     // the side that sent the first FIN
	finEnd       [2]uint32     // the acknowledgement of each side's FIN, relative
	finSent      [2]bool       // each side has sent a FIN
	simultaneous bool          // the FINs crossed on their way
	closed       bool
	zeroWindow   [2]bool    // each side's window is closed
	acks         [2][]acked // the acknowledgements of each side
	resetSeen    bool
	fragmentSeen [2]bool                  // a first and a later fragment
	firstSent    map[seqKey]time.Duration // when each number was sent first
}

// seqKey is a sequence number of a side.
type seqKey struct {
	side wire.Side
	seq  uint32
}

// acked is an acknowledgement as the other side receives it.
type acked struct {
	at        time.Duration // when; never if it was lost
	ack       uint32
	window    uint16
	duplicate bool
	edge      uint32 // the end of what has arrived behind a gap (SACK), else 0
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
		s.retransmission(p)
	case p.Probe:
		s.repairf("a probe: it only asks for an answer")
	case p.OutOfOrder:
		s.repairf("fills a gap")
	}
	at := seqKey{p.From, t.RelativeSeq}
	if _, known := s.firstSent[at]; !known && t.length(p.Payload) > 0 {
		s.firstSent[at] = p.Time
	}
	switch {
	case t.Flags.Has(RST):
		s.noteReset()
	case t.Flags.Has(SYN):
		s.synSegment(p)
		s.duplicateAck(p)
	default:
		s.handshakeDone(p)
		s.firstData(p)
		s.window(p)
		s.duplicateAck(p)
		s.teardown(p)
	}
}

// datagram notes what a datagram, or a fragment of one, shows.
func (s *annotator) datagram(p Packet) {
	switch {
	case p.FragmentOffset > 0:
		if !s.fragmentSeen[1] {
			s.insightf("the next fragment: without ports, and lost if one of the others is")
		}
		s.fragmentSeen[1] = true
	case p.MoreFragments && p.UDP != nil && !s.fragmentSeen[0]:
		s.fragmentSeen[0] = true
		s.insightf("the first fragment of a datagram of %d bytes", p.UDP.Length-udpHeader)
	case !s.dataSeen && toMany(p.Destination):
		s.insightf("to %s: every socket there that listens gets a copy", p.Destination)
	case !s.dataSeen && p.From == wire.Server:
		s.answerSeen = true
		s.insightf("answers, from the host's own address")
	case !s.dataSeen:
		s.insightf("data at once: no handshake")
	case !s.answerSeen && p.From == wire.Server:
		s.answer(p)
	}
	s.dataSeen = true
	if (p.Fate == link.Lost || p.Fate == link.Overflowed || p.Fate == link.Corrupted) && !s.lossNoted {
		s.lossNoted = true
		s.insightf("nobody is told, and nobody sends it again")
	}
}

// icmp notes what an ICMP message says.
func (s *annotator) icmp(p Packet) {
	if p.ICMP.PortUnreachable() {
		s.insightf("the host says: nobody listens on port %d", p.ICMP.Destination.Port())
		return
	}
	s.insightf("the packet before could not be delivered")
}
