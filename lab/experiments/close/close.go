// Package close is the lesson "Saying goodbye". What it tells is in en.md and ko.md.
package close

import (
	"context"
	"embed"

	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "close",
	Also:       []string{"teardown", "FIN", "TIME_WAIT", "half-close", "goodbye"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runClose,
	Lesson: packet.Lesson{
		Shows: []packet.Sight{packet.BothClose},
	},
	Claims: closeClaims,
}

// closerState is what the side that closed first does once it has closed.
type closerState = text.Phrase

const (
	inTimeWait closerState = "TIME-WAIT"
	inNothing  closerState = "nothing"
)

// onClosed is what came of using a closed socket.
type onClosed = text.Phrase

const (
	anError onClosed = "error"
	noError onClosed = "no error"
)

// teardownSample is what one transport did when its client closed.
type teardownSample struct {
	packets, expected int // to close, and as many as its acknowledgements take
	notices           bool
	waits             closerState
	echo              timedEcho
	errs              onClosed
}

func runClose(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (teardownSample, error) {
		return closeBoth(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	packets := result.Row("packets_to_close", "Packets to close", "packets")
	notices := result.Row("peer_notices", "Peer notices", "")
	waits := result.Row("waits_after", "Closer waits in", "")
	write := result.Row("write_returns", "Write returned after", "µs")
	arrival := result.Row("arrives_after", "Message arrived after", "µs")
	trip := result.Row("write_rtt", "Round trip", "µs")
	errs := result.Row("closed_socket", "Closed socket used", "")
	for _, t := range b.Transports {
		g := found[t.Name]
		packets.Set(t.Name, result.Num(g.packets))
		notices.Set(t.Name, result.Word(yesNo(g.notices)))
		waits.Set(t.Name, result.Word(g.waits))
		write.Set(t.Name, result.Num(probe.Microseconds(g.echo.write)))
		arrival.Set(t.Name, result.Num(probe.Microseconds(g.echo.arrival)))
		trip.Set(t.Name, result.Num(probe.Microseconds(g.echo.rtt)))
		errs.Set(t.Name, result.Word(g.errs))
		packets.ExpectExactly(t.Name, float64(g.expected))
		notices.ExpectWord(t.Name, yesNo(t.Connected))
		waits.ExpectWord(t.Name, inNothing)
		errs.ExpectWord(t.Name, anError)
		if t.Connected {
			waits.ExpectWord(t.Name, inTimeWait)
		}
	}
	packets.Because("a FIN each way and an acknowledgement of each; the server's may ride on its FIN (RFC 9293 3.6)")
	notices.Because("FIN ends the stream; UDP has no such thing")
	waits.Because("a FIN that comes again is acknowledged again (RFC 9293 3.6.1)")
	return result.Rows(2, packets, waits, notices, write, arrival, trip, errs), nil
}

func yesNo(b bool) text.Phrase {
	if b {
		return "yes"
	}
	return "no"
}

// The two conversations that are closed, each with chances of its own.
const (
	cleanTeardown = iota
	doubledGoodbye
)

// closeBoth closes one conversation on a clean wire and one on a wire that
// hands every packet of the server over twice.
func closeBoth(ctx context.Context, b *testbed.Bench, t testbed.Transport) (teardownSample, error) {
	g, err := teardown(ctx, b.Attempt(cleanTeardown), t, b.Conditions.Server)
	if err != nil {
		return g, err
	}
	twice := b.Conditions.Server
	twice.Duplicate = 1
	again, err := teardown(ctx, b.Attempt(doubledGoodbye), t, twice)
	g.waits = again.waits
	return g, err
}

// teardown has an echo, closes the client and watches the wire until it is quiet.
func teardown(ctx context.Context, b *testbed.Bench, t testbed.Transport, server link.Conditions) (g teardownSample, err error) {
	w := &watched{Recorder: capture.NewRecorder(1000)}
	n, err := b.OpenUnder(ctx, b.Conditions.Client, server, w.tap)
	if err != nil {
		return g, err
	}
	defer probe.Close(n, &err)
	trip := probe.RoundTrip(b.Conditions)
	peer, err := waitForEnd(ctx, n, t, probe.EchoTimeout+20*trip)
	if err != nil {
		return g, err
	}
	defer probe.Close(peer, &err)
	conn, err := n.Client().DialContext(ctx, t.Network, peer.address)
	if err != nil {
		return g, fmt.Errorf("dial %s: %w", peer.address, err)
	}
	if g.echo, err = w.timeEchoes(conn, probe.EchoTimeout+2*trip); err != nil {
		return g, errors.Join(err, conn.Close())
	}
	if err := w.quiet(ctx, trip, probe.Acknowledged); err != nil {
		return g, errors.Join(err, conn.Close())
	}
	before := len(w.Packets())
	if err := conn.Close(); err != nil {
		return g, fmt.Errorf("close: %w", err)
	}
	_, err = conn.Write([]byte("late"))
	g.errs = outcome(err)
	if err := w.quiet(ctx, trip, parted); err != nil {
		return g, err
	}
	after := w.Packets()[before:]
	g.packets, g.expected, g.waits, g.notices = len(after), partingPackets(t, after), afterClose(after), peer.noticed()
	return g, nil
}

func outcome(err error) onClosed {
	if err != nil {
		return anError
	}
	return noError
}

// watched is a wire whose packets are recorded, and whose clock is known.
type watched struct {
	*capture.Recorder
	mu     sync.Mutex
	joined time.Time
}

func (w *watched) tap(e wire.Event) {
	w.mu.Lock()
	w.joined = e.Joined
	w.mu.Unlock()
	w.Tap(e)
}

// quiet waits until the wire shows what is looked for, and then for what may
// still follow of it: that takes a round trip, or a timer of 40 ms, which is
// Linux's for acknowledgements.
func (w *watched) quiet(ctx context.Context, trip time.Duration, shown func([]packet.Packet) bool) error {
	if err := probe.AwaitOnWire(ctx, w.Recorder, probe.EchoTimeout+4*trip, shown); err != nil {
		return err
	}
	return probe.Pause(ctx, 2*trip+60*time.Millisecond)
}

// timedEcho is what one echo took, from the call of write on.
type timedEcho struct {
	write   time.Duration // until write returned
	arrival time.Duration // until the wire handed the message to the server; 0 if it did not
	rtt     time.Duration // until the echo was read
}

// early reports whether the write returned before the message had arrived.
func (e timedEcho) early() bool { return e.write < e.arrival }

// echoTries bounds how often an echo is timed. One write that returns early is
// enough to show what write waits for; one that returns late may have waited
// for a busy machine.
const echoTries = 3

// timeEchoes sends messages until one write returns early.
func (w *watched) timeEchoes(conn net.Conn, wait time.Duration) (e timedEcho, err error) {
	for i := 0; i < echoTries && !e.early(); i++ {
		var began time.Time
		if began, e, err = timeEcho(conn, wait); err != nil {
			return e, err
		}
		e.arrival = max(0, w.arrivalOf(i).Sub(began))
	}
	return e, nil
}

// timeEcho sends one message and waits for its echo.
func timeEcho(conn net.Conn, wait time.Duration) (began time.Time, e timedEcho, err error) {
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return began, e, fmt.Errorf("set the deadline: %w", err)
	}
	message := []byte("goodbye")
	began = time.Now()
	if _, err := conn.Write(message); err != nil {
		return began, e, fmt.Errorf("write: %w", err)
	}
	e.write = time.Since(began)
	if _, err := io.ReadFull(conn, make([]byte, len(message))); err != nil {
		return began, e, fmt.Errorf("read the echo: %w", err)
	}
	e.rtt = time.Since(began)
	return began, e, nil
}

// arrivalOf is when the wire handed message number i, from 0, to the server.
func (w *watched) arrivalOf(i int) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.joined.Add(messageArrival(w.Packets(), i))
}

// messageArrival is when the client's data packet number i, from 0, was handed
// over: the first time that it was sent, or the first of its copies.
func messageArrival(packets []packet.Packet, i int) time.Duration {
	for _, p := range packets {
		if p.From != wire.Client || p.Payload == 0 || p.Retransmission || p.Copy {
			continue
		}
		if i == 0 {
			return p.Delivered
		}
		i--
	}
	return 0
}

// partingPackets is how many packets a close takes: none without a connection,
// else a FIN each way and an acknowledgement of each, of which the server's
// needs no packet where its FIN carries it (RFC 9293 section 3.6). Linux holds
// an acknowledgement back for up to 40 ms, in which the program closes; gVisor
// does not.
func partingPackets(t testbed.Transport, after []packet.Packet) int {
	if !t.Connected {
		return 0
	}
	var closed uint32 // the number behind the client's FIN
	for _, p := range after {
		switch {
		case p.TCP == nil:
		case p.From == wire.Client && p.TCP.Flags.Has(packet.FIN):
			closed = probe.EndOf(p)
		case p.From == wire.Server && closed > 0 && p.TCP.RelativeAck >= closed:
			if p.TCP.Flags.Has(packet.FIN) {
				return 3
			}
			return 4
		}
	}
	return 4
}

// afterClose reads from the wire what the closed side still answers. The
// client's answer to a FIN that came twice is an acknowledgement if it waits
// in TIME-WAIT, and RST if it has forgotten the connection.
func afterClose(packets []packet.Packet) closerState {
	answers := 0
	for _, p := range packets {
		if p.TCP == nil {
			return inNothing
		}
		if p.From == wire.Client && p.TCP.Flags.Has(packet.RST) {
			return inNothing
		}
		if p.From == wire.Client && !p.TCP.Flags.Has(packet.FIN) {
			answers++
		}
	}
	if answers >= 2 {
		return inTimeWait
	}
	return inNothing
}
