package trace

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// Trace is what passed in one conversation.
type Trace struct {
	Transport    string // "tcp" or "udp"
	Network      string // where; "" if it was read from a file
	Conditions   wire.Options
	Client       netip.AddrPort
	Server       netip.AddrPort
	Packets      []Packet
	Left         int       // packets of the conversation that were not kept
	Conversation int       // its number, from 1
	Of           int       // conversations in all
	Together     int       // how many conversations of one wire these packets are of, where it is more than one
	Unseen       lab.Sight // what would show the lesson, and is not there; "" if it is, or nothing is looked for
	Marks        []int     // the packets that show the lesson, in order; none where all of them count alike
	Outcome      lab.Text  // what the application saw; zero if that is not known
}

// mostOfEcho bounds what is kept of one echo.
const mostOfEcho = 10_000

// patienceToConnect is how long Echo waits for a handshake: long enough for a
// SYN that is lost three times (RFC 6298: after 1, 3 and 7 seconds).
const patienceToConnect = 9 * time.Second

// patienceToPart is how long Echo waits for the goodbye of a connection: a FIN
// may be lost a few times, and every timeout is twice the one before.
const patienceToPart = 5 * time.Second

// Echo sends one message of so many bytes through transport t and back, over a
// fresh network under the bench's conditions, and records every packet from
// the first greeting to the last goodbye. A message or a connection that fails
// is an outcome, not an error.
func Echo(ctx context.Context, b *lab.Bench, t lab.Transport, size int) (Trace, error) {
	rec := NewRecorder(mostOfEcho)
	outcome, err := echo(ctx, b, t, size, rec)
	if ctx.Err() != nil {
		return Trace{}, context.Cause(ctx)
	}
	if err != nil {
		return Trace{}, fmt.Errorf("trace %s: %w", t.Name, err)
	}
	found, _ := Gather(t.Network, rec.Packets(), 1)
	found.Transport, found.Network, found.Conditions = t.Name, b.Opener.Name, b.Conditions
	found.Left, found.Outcome = rec.Left(), outcome
	return found, nil
}

func echo(ctx context.Context, b *lab.Bench, t lab.Transport, size int, rec *Recorder) (lab.Text, error) {
	opening, cancel := context.WithTimeout(ctx, patienceToConnect)
	defer cancel()
	s, err := b.Stage(opening, t, lab.ServerOptions{}, lab.ClientOptions{}, rec.Tap)
	if err != nil && len(rec.Packets()) > 0 {
		return lab.Say("no connection within %s", patienceToConnect), nil
	}
	if err != nil {
		return lab.Text{}, err
	}
	w := lab.Workload{Messages: 1, Size: size, Seed: b.Options.Seed}
	began := time.Now()
	x, err := lab.Echo(ctx, s.Client, w, b.Patience(t, w))
	waited := time.Since(began)
	if err == nil {
		err = s.Client.Close()
		s.Client = nil
		part(ctx, t, rec)
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	return outcome(x, size, waited), err
}

// outcome says what became of the one message.
func outcome(x *lab.Exchange, size int, waited time.Duration) lab.Text {
	switch {
	case x == nil:
		return lab.Text{}
	case x.Delivered() > 0:
		return lab.Say("%d bytes echoed, %s after they were sent", size, brief(x.Observations[0].Received-x.Observations[0].Sent))
	case x.Damaged > 0:
		return lab.Say("the echo came back damaged")
	case x.Broken != nil:
		return lab.Say("no echo: the connection broke")
	}
	return lab.Say("no echo: given up after %s", brief(waited))
}

// part waits until a conversation is over: nothing is under way, and if it is
// a connection, both sides have said goodbye and know that the other knows.
func part(ctx context.Context, t lab.Transport, rec *Recorder) {
	ctx, cancel := context.WithTimeout(ctx, patienceToPart)
	defer cancel()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for rec.UnderWay() > 0 || t.Connected && !closed(rec.Packets()) {
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// Parting reports whether a connection was being closed when its trace ended:
// at least one side had said goodbye, and not both knew of both.
func (t Trace) Parting() bool {
	if t.Together > 1 {
		return false // one of them is always on its way
	}
	said := slices.ContainsFunc(t.Packets, func(p Packet) bool { return p.TCP != nil && p.TCP.Flags.Has(FIN) })
	return said && !closed(t.Packets)
}

// closed reports whether a connection is over: a reset arrived, or both FINs
// and their acknowledgements.
func closed(packets []Packet) bool {
	var fin [2]uint32 // what acknowledges each side's FIN
	var said, known [2]bool
	for _, p := range packets {
		if p.TCP == nil || p.Fate != link.Delivered {
			continue
		}
		me, peer := p.From, 1-p.From
		switch {
		case p.TCP.Flags.Has(RST):
			return true
		case p.TCP.Flags.Has(FIN):
			said[me], fin[me] = true, p.TCP.Seq+p.TCP.length(p.Payload)
		}
		if said[peer] && p.TCP.Flags.Has(ACK) && !after(fin[peer], p.TCP.Ack) {
			known[peer] = true
		}
	}
	return known[wire.Client] && known[wire.Server]
}
