package events

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// timed is a line that happened at a time.
type timed struct {
	at   float64 // ms
	line any
}

// watching remembers what was seen of each experiment until somebody takes it. Its
// methods may be called side by side.
type watching struct {
	mu    sync.Mutex
	wires map[string]*capture.Wires // by experiment
}

// Watch watches the next network that an experiment opens: it is a lab.Watch.
func (w *watching) Watch(experiment string, o wire.Options) testbed.Watch {
	return w.of(experiment).Watch(o)
}

// of is what has been seen of an experiment so far.
func (w *watching) of(experiment string) *capture.Wires {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wires == nil {
		w.wires = map[string]*capture.Wires{}
	}
	if w.wires[experiment] == nil {
		w.wires[experiment] = &capture.Wires{}
	}
	return w.wires[experiment]
}

// take is what has been seen of an experiment, which is forgotten.
func (w *watching) take(experiment string) *capture.Wires {
	seen := w.of(experiment)
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.wires, experiment)
	return seen
}

// story is what was seen of an experiment, as lines.
type story struct {
	bounds
	words         text.Printer
	experiment    string
	conversations []Conversation
	happened      []timed
	places        map[socketKey]int // number of the conversation of a socket
}

// socketKey tells the sockets of an experiment apart.
type socketKey struct {
	wire          int
	client, other string
}

func newStory(r Run, experiment string) *story {
	return &story{words: r.Print.Words, experiment: experiment, places: map[socketKey]int{}}
}

func (s *story) add(at float64, line any) { s.happened = append(s.happened, timed{at, line}) }

// tell adds a conversation and all that happened in it.
func (s *story) tell(t packet.Trace, teaches bool, caption string) {
	number := len(s.conversations) + 1
	c := Conversation{
		Type: "conversation", Experiment: s.experiment, Conversation: number, Wire: t.Wire, Transport: t.Transport,
		Client: t.Client.String(), Server: t.Server.String(), Caption: caption, Teaches: teaches, Together: t.Together,
		Packets: len(t.Packets), NotKept: t.Left, Conditions: filled(t.Conditions.Words()), Remark: s.remark(t),
	}
	shown, until := s.beginning(t.Packets)
	if shown < len(t.Packets) {
		c.Shown = shown
	}
	s.conversations = append(s.conversations, c)
	s.places[socketKey{t.Wire, c.Client, c.Server}] = number
	s.packets(number, t, shown)
	if t.Together > 1 {
		return // messages of several streams
	}
	for _, side := range []wire.Side{wire.Client, wire.Server} {
		for _, m := range messages(t, side) {
			s.message(number, m, until)
		}
	}
}

// remark is what there is to say of a conversation as a whole.
func (s *story) remark(t packet.Trace) string {
	var said []string
	if t.Unseen != "" {
		said = append(said, s.words.Sayf("not seen here: %s", text.Phrase(t.Unseen)))
	}
	if !t.Outcome.IsZero() {
		said = append(said, s.words.Text(t.Outcome))
	}
	return strings.Join(said, " · ")
}

// message adds what happened with a message until a time.
func (s *story) message(conversation int, m message, until time.Duration) {
	line := Message{Type: "message", Conversation: conversation, Number: m.number, From: m.from.String()}
	if !m.copied && m.sent <= until {
		line.T, line.Event = milliseconds(m.sent), "sent"
		s.add(line.T, line)
	}
	if m.received > 0 && m.received <= until {
		line.T, line.Event = milliseconds(m.received), "received"
		s.add(line.T, line)
	}
}

// packets adds the first packets of a conversation, with what is to be said about them.
func (s *story) packets(conversation int, t packet.Trace, first int) {
	notes, overtaken := t.Annotations(), packet.Overtaken(t.Packets)
	for i, p := range t.Packets[:first] {
		line := packetLine(p, t.Network == "" && t.Wire == 0)
		line.Conversation, line.Overtaken, line.Marked = conversation, overtaken[i], slices.Contains(t.Marks, i)
		var said []string
		for _, n := range notes[i] {
			said = append(said, s.words.Text(n.Text))
		}
		line.Note = strings.Join(said, "; ")
		s.add(line.T, line)
	}
}

// packetLine is a packet as a line. A file does not know what became of one, unless it
// says that it was lost.
func packetLine(p packet.Packet, fromFile bool) Packet {
	line := Packet{
		Type: "packet", T: milliseconds(p.Time), Sent: milliseconds(p.Time), From: p.From.String(), Number: p.Number,
		Protocol: p.Protocol.String(), Length: p.Length, Payload: p.Payload, Fate: p.Fate.Word(), Cause: p.Cause,
		Copy: p.Copy, Retransmission: p.Retransmission, OutOfOrder: p.OutOfOrder, Probe: p.Probe,
		Reference: p.Reference(),
	}
	if fromFile && p.Fate != link.Lost {
		line.Fate = ""
	}
	if p.Delivered > 0 {
		at := milliseconds(p.Delivered)
		line.Delivered = &at
	}
	if p.TCP != nil {
		line.segment(*p.TCP)
	}
	return line
}

func (line *Packet) segment(t packet.Segment) {
	line.Flags, line.Seq, line.Window = t.Flags.Names(), &t.RelativeSeq, &t.ScaledWindow
	if t.Flags.Has(packet.ACK) {
		line.Ack = &t.RelativeAck
	}
}

// besides adds what was seen besides packets, wire by wire.
func (s *story) besides(seen []capture.Seen) {
	for i, one := range seen {
		s.sockets(i+1, s.fewSockets(one.Sockets))
		s.queues(i+1, s.fewQueues(one.Queues))
	}
}

// sockets adds the states of TCP's sockets on a wire.
func (s *story) sockets(number int, states []testbed.Socket) {
	for _, state := range states {
		client, server := state.Local, state.Peer
		if state.Host == wire.Server {
			client, server = server, client
		}
		conversation := s.places[socketKey{number, client.String(), server.String()}]
		if conversation == 0 {
			continue // its packets were not kept, or are told together with others
		}
		line := Socket{
			Type: "socket", Conversation: conversation, T: milliseconds(state.Time), Host: state.Host.String(),
			Cwnd: state.Cwnd, Ssthresh: state.Ssthresh, RTO: milliseconds(state.RTO), InFlight: state.InFlight,
		}
		if state.SRTT > 0 {
			srtt := milliseconds(state.SRTT)
			line.SRTT = &srtt
		}
		s.add(line.T, line)
	}
}

// queues adds the lengths of the queues of a wire.
func (s *story) queues(number int, lengths []capture.Queue) {
	for _, q := range lengths {
		at := milliseconds(q.Time)
		s.add(at, Queue{Type: "queue", Wire: number, T: at, Direction: q.Of.String(), Packets: q.Packets})
	}
}

// lines are the conversations, and then what happened in them in the order of time.
func (s *story) lines() []any {
	slices.SortStableFunc(s.happened, func(a, b timed) int { return cmp.Compare(a.at, b.at) })
	var all []any
	for _, c := range s.conversations {
		all = append(all, c)
	}
	for _, h := range s.happened {
		all = append(all, h.line)
	}
	return all
}

// filled is a map that exists.
func filled(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
