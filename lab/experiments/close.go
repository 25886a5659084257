package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var closing = lab.Experiment{
	ID:         "close",
	Title:      "Saying goodbye",
	Question:   "What happens when one side closes?",
	Method:     "one echo, then the client closes; again with the server's packets coming twice",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 5 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runClose,
	Why: "TCP closes each direction by itself: FIN and its acknowledgement, twice, in three or four packets. The other side reads the end of the stream, so it knows. " +
		"Whoever closed first waits in TIME-WAIT afterwards, since its last acknowledgement may be lost: a FIN that comes again is acknowledged again. " +
		"A UDP socket just goes away; nothing is sent and nobody is told. What a write returned says nothing about arrival: it returns when the system has the bytes.",
	Packets: []string{
		"TCP: the client sends FIN, the server acknowledges, reads the end and closes too: FIN; the client acknowledges",
		"TCP: the wire hands the server's FIN over a second time; the client, already closed, acknowledges it again: it is in TIME-WAIT",
		"TCP: had the client forgotten the connection, it would answer RST",
		"UDP: nothing",
	},
	Theory: []string{
		"TCP: FIN, ACK, FIN, ACK in four packets, or three if the middle two are one (RFC 9293 3.6)",
		"TCP: whoever closes first waits in TIME-WAIT and acknowledges a FIN that comes again (RFC 9293 3.6.1)",
		"UDP: no packet, and nobody notices (RFC 768)",
	},
	Claims:     closeClaims,
	References: []string{"RFC 9293 3.6", "RFC 9293 3.6.1", "RFC 768"},
	Try:        "lab trace close",
}

// goodbye is what one transport did when its client closed.
type goodbye struct {
	packets  int
	notices  bool
	waits    string
	accepted time.Duration // how long the last write took
	rtt      time.Duration
	errs     string // using the closed socket
}

func runClose(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (goodbye, error) {
		return sayGoodbye(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	packets := lab.Row("packets_to_close", "Packets to close", "packets")
	notices := lab.Row("peer_notices", "Peer notices", "")
	waits := lab.Row("waits_after", "Closer waits in", "")
	write := lab.Row("write_returns", "Write returned after", "µs")
	trip := lab.Row("write_rtt", "Round trip", "µs")
	errs := lab.Row("closed_socket", "Closed socket used", "")
	for _, t := range b.Transports {
		g := found[t.Name]
		packets.Set(t.Name, lab.Num(g.packets))
		notices.Set(t.Name, lab.Word(yesNo(g.notices)))
		waits.Set(t.Name, lab.Word(g.waits))
		write.Set(t.Name, lab.Num(microseconds(g.accepted)))
		trip.Set(t.Name, lab.Num(microseconds(g.rtt)))
		errs.Set(t.Name, lab.Word(g.errs))
		notices.ExpectWord(t.Name, yesNo(t.Connected))
		errs.ExpectWord(t.Name, "error")
		if t.Connected {
			packets.Expect(t.Name, 4, 3, 4)
			waits.ExpectWord(t.Name, "TIME-WAIT")
		} else {
			packets.ExpectExactly(t.Name, 0)
			waits.ExpectWord(t.Name, "nothing")
		}
	}
	packets.Because("FIN, ACK, FIN, ACK; the middle two may be one (RFC 9293 3.6)")
	notices.Because("FIN ends the stream; UDP has no such thing")
	waits.Because("a FIN that comes again is acknowledged again (RFC 9293 3.6.1)")
	return lab.Rows(2, packets, waits, notices, write, trip, errs), nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// The two conversations that are closed, each with chances of its own.
const (
	cleanGoodbye = iota
	doubledGoodbye
)

// sayGoodbye closes one conversation on a clean wire and one on a wire that
// hands every packet of the server over twice.
func sayGoodbye(ctx context.Context, b *lab.Bench, t lab.Transport) (goodbye, error) {
	g, err := leave(ctx, b.Attempt(cleanGoodbye), t, b.Conditions.Server)
	if err != nil {
		return g, err
	}
	twice := b.Conditions.Server
	twice.Duplicate = 1
	again, err := leave(ctx, b.Attempt(doubledGoodbye), t, twice)
	g.waits = again.waits
	return g, err
}

// leave has one echo, closes the client and watches the wire until it is quiet.
func leave(ctx context.Context, b *lab.Bench, t lab.Transport, server link.Conditions) (g goodbye, err error) {
	rec := trace.NewRecorder(1000)
	n, err := b.OpenUnder(ctx, b.Conditions.Client, server, rec.Tap)
	if err != nil {
		return g, err
	}
	defer end(n, &err)
	peer, err := waitForEnd(ctx, n, t)
	if err != nil {
		return g, err
	}
	defer end(peer, &err)
	conn, err := n.Client().DialContext(ctx, t.Network, peer.address)
	if err != nil {
		return g, fmt.Errorf("dial %s: %w", peer.address, err)
	}
	if g.accepted, g.rtt, err = timedEcho(conn); err != nil {
		return g, errors.Join(err, conn.Close())
	}
	quiet := 3*(b.Conditions.Client.Delay+b.Conditions.Server.Delay) + 60*time.Millisecond // a delayed acknowledgement may still come
	if err := pause(ctx, quiet); err != nil {
		return g, errors.Join(err, conn.Close())
	}
	before := len(rec.Packets())
	if err := conn.Close(); err != nil {
		return g, fmt.Errorf("close: %w", err)
	}
	_, err = conn.Write([]byte("late"))
	g.errs = outcome(err)
	if err := pause(ctx, quiet); err != nil {
		return g, err
	}
	after := rec.Packets()[before:]
	g.packets, g.waits, g.notices = len(after), afterClose(after), peer.noticed()
	return g, nil
}

func outcome(err error) string {
	if err != nil {
		return "error"
	}
	return "no error"
}

// timedEcho sends one message and tells when the write returned and when the
// echo came.
func timedEcho(conn net.Conn) (write, rtt time.Duration, err error) {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, 0, fmt.Errorf("set the deadline: %w", err)
	}
	message := []byte("goodbye")
	began := time.Now()
	if _, err := conn.Write(message); err != nil {
		return 0, 0, fmt.Errorf("write: %w", err)
	}
	write = time.Since(began)
	if _, err := io.ReadFull(conn, make([]byte, len(message))); err != nil {
		return 0, 0, fmt.Errorf("read the echo: %w", err)
	}
	return write, time.Since(began), nil
}

// afterClose reads from the wire what the closed side still answers. The
// client's answer to a FIN that came twice is an acknowledgement if it waits
// in TIME-WAIT, and RST if it has forgotten the connection.
func afterClose(packets []trace.Packet) string {
	answers := 0
	for _, p := range packets {
		if p.TCP == nil {
			return "nothing"
		}
		if p.From == wire.Client && p.TCP.Flags.Has(trace.RST) {
			return "nothing"
		}
		if p.From == wire.Client && !p.TCP.Flags.Has(trace.FIN) {
			answers++
		}
	}
	if answers >= 2 {
		return "TIME-WAIT"
	}
	return "nothing"
}
