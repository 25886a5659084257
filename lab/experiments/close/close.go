// Package close is the lesson "Connection close". What it tells is in en.md and ko.md.
package close

import (
	"context"
	"errors"
	"fmt"
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

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "close",
	Also:       []string{"teardown", "FIN", "TIME_WAIT", "half-close", "goodbye"},
	Prose:      experiments.Read("close"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        experiments.SideBySide(closeTwice, rows),
	Lesson:     packet.Lesson{Shows: []packet.Sight{packet.BothClose}},
	Claims:     closeClaims,
}

// What the side that closed first does once it has closed.
const (
	inTimeWait text.Phrase = "TIME-WAIT"
	inNothing  text.Phrase = "nothing"
)

// What came of using a closed socket.
const (
	anError text.Phrase = "error"
	noError text.Phrase = "no error"
)

// teardownSample is what one transport did when its client closed.
type teardownSample struct {
	packets, expected int // to close, and as many as its acknowledgements take
	notices           bool
	waits             text.Phrase
	echo              timedEcho
	errs              text.Phrase
}

var rows = []experiments.Row[teardownSample]{
	{
		ID: "packets_to_close", Label: "Packets to close", Unit: "packets", Headline: true,
		Basis: text.Say("a FIN each way and an acknowledgement of each; " +
			"the server's may ride on its FIN (RFC 9293 3.6)"),
		Cell: func(_ testbed.Transport, s teardownSample) result.Cell {
			return result.Number(s.packets).ExpectExactly(float64(s.expected))
		},
	},
	{
		ID: "waits_after", Label: "Closer waits in", Headline: true,
		Basis: text.Say("a FIN that comes again is acknowledged again (RFC 9293 3.6.1)"),
		Cell: func(t testbed.Transport, s teardownSample) result.Cell {
			return result.Outcome(s.waits).ExpectWord(probe.Either(t.Connected, inTimeWait, inNothing))
		},
	},
	{
		ID: "peer_notices", Label: "Peer notices", Basis: text.Say("FIN ends the stream; UDP has no such thing"),
		Cell: func(t testbed.Transport, s teardownSample) result.Cell {
			return result.Outcome(yesNo(s.notices)).ExpectWord(yesNo(t.Connected))
		},
	},
	{
		ID: "write_returns", Label: "Write returned after", Unit: "µs",
		Cell: timed(func(e timedEcho) time.Duration { return e.write }),
	},
	{
		ID: "arrives_after", Label: "Message arrived after", Unit: "µs",
		Cell: timed(func(e timedEcho) time.Duration { return e.arrival }),
	},
	{ID: "write_rtt", Label: "Round trip", Unit: "µs", Cell: timed(func(e timedEcho) time.Duration { return e.rtt })},
	{
		ID: "closed_socket", Label: "Closed socket used",
		Cell: func(_ testbed.Transport, s teardownSample) result.Cell {
			return result.Outcome(s.errs).ExpectWord(anError)
		},
	},
}

// timed is a cell with a time of the echo, of which theory expects nothing.
func timed(of func(timedEcho) time.Duration) func(testbed.Transport, teardownSample) result.Cell {
	return func(_ testbed.Transport, s teardownSample) result.Cell {
		return result.Number(probe.Microseconds(of(s.echo)))
	}
}

func yesNo(b bool) text.Phrase { return probe.Either[text.Phrase](b, "yes", "no") }

// The two conversations that are closed, each with a seed of its own.
const (
	cleanTeardown = iota
	duplicatedTeardown
)

// closeTwice closes one conversation on a clean wire and one on a wire that
// hands every packet of the server over twice.
func closeTwice(ctx context.Context, b *testbed.Bench, t testbed.Transport) (teardownSample, error) {
	g, err := teardown(ctx, b.Attempt(cleanTeardown), t, b.Conditions.Server)
	if err != nil {
		return g, err
	}
	twice := b.Conditions.Server
	twice.Duplicate = 1
	again, err := teardown(ctx, b.Attempt(duplicatedTeardown), t, twice)
	g.waits = again.waits
	return g, err
}

// teardown has an echo, closes the client and watches the wire until it is quiet.
func teardown(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, server link.Conditions,
) (g teardownSample, err error) {
	w := &recordedWire{Recorder: capture.NewRecorder(1000)}
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
	conn, err := n.Client().DialContext(ctx, t.Network, peer.Address)
	if err != nil {
		return g, fmt.Errorf("dial %s: %w", peer.Address, err)
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
	g.errs = probe.Either(err != nil, anError, noError)
	if err := w.quiet(ctx, trip, bothClosed); err != nil {
		return g, err
	}
	after := w.Packets()[before:]
	g.packets, g.expected = len(after), teardownPackets(t, after)
	g.waits, g.notices = stateOfCloser(after), peer.noticed()
	return g, nil
}
