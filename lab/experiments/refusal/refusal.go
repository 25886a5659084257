// Package refusal is the lesson "Closed port". What it tells is in en.md and ko.md.
package refusal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "refusal",
	Also:   []string{"closed port", "connection refused", "refused", "RST", "reset", "ICMP", "port unreachable"},
	Prose:  experiments.Read("refusal"),
	Place:  experiments.OnLocalhost,
	Run:    experiments.SideBySide(probeClosedPort, rows),
	Lesson: packet.Lesson{Shows: []packet.Sight{packet.Refused}},
	Claims: refusalClaims,
}

// What a sender is told of a port where nobody listens.
const (
	refusedAtOnce text.Phrase = "refused"   // by connect
	toldLate      text.Phrase = "told late" // by a call after the one that sent
	neverTold     text.Phrase = "never told"
)

// What became of the first message.
const (
	isSent  text.Phrase = "sent"
	notSent text.Phrase = "not sent"
)

// nowConnected is what comes of the same connect once a server listens. Another
// word is what the system said.
const nowConnected = "connected"

// refused is what one transport was told.
type refused struct {
	outcome    text.Phrase   // of a connected socket
	toldAfter  time.Duration // from the first call; 0 if never
	unasked    text.Phrase   // the first message
	alone      text.Phrase   // of a socket that is not connected; "" where there is none
	afterwards text.Phrase   // the same connect, once a server listens
}

var rows = []experiments.Row[refused]{
	{
		ID: "outcome", Label: "Nobody listens", Headline: true,
		Basis: text.Say("RST answers a SYN that nobody waits for (RFC 9293 3.5.2), " +
			"ICMP a datagram, which the next call tells (RFC 1122 4.1.3.3)"),
		Cell: func(t testbed.Transport, r refused) result.Cell {
			return result.Outcome(r.outcome).ExpectWord(probe.Either(t.Connected, refusedAtOnce, toldLate))
		},
	},
	{
		ID: "outcome_unconnected", Label: "Without connect", Headline: true,
		Basis: text.Say("an error belongs to no call of a socket that talks to many (udp(7))"),
		Cell: func(t testbed.Transport, r refused) result.Cell {
			if t.Connected {
				return result.Cell{}
			}
			return result.Outcome(r.alone).ExpectWord(neverTold)
		},
	},
	{
		ID: "told_after", Label: "Told after", Unit: "ms",
		Cell: func(_ testbed.Transport, r refused) result.Cell {
			if r.toldAfter == 0 {
				return result.Outcome("never")
			}
			return result.Number(probe.Milliseconds(r.toldAfter))
		},
	},
	{
		ID: "first_message", Label: "First message", Basis: text.Say("UDP does not ask (RFC 768)"),
		Cell: func(t testbed.Transport, r refused) result.Cell {
			return result.Outcome(r.unasked).ExpectWord(probe.Either(t.Connected, notSent, isSent))
		},
	},
	{
		ID: "after_listen", Label: "Then one listens",
		Cell: func(_ testbed.Transport, r refused) result.Cell {
			return result.Outcome(r.afterwards).ExpectWord(nowConnected)
		},
	},
}

// probeClosedPort tries to reach a port where nobody listens.
func probeClosedPort(ctx context.Context, b *testbed.Bench, t testbed.Transport) (r refused, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return r, err
	}
	defer probe.Close(n, &err)
	address, err := freeAddress(ctx, n, t)
	if err != nil {
		return r, err
	}
	if err = r.probeConnected(ctx, n, t, address); err != nil {
		return r, err
	}
	if !t.Connected {
		if r.alone, err = probeUnconnected(ctx, n, t, address); err != nil {
			return r, err
		}
	}
	r.afterwards, err = dialAgain(ctx, n, t, address)
	return r, err
}

// freeAddress finds a port by listening on it, and stops.
func freeAddress(ctx context.Context, n testbed.Network, t testbed.Transport) (string, error) {
	server, err := t.Listen(ctx, n.Server(), n.Server().Addr().String()+":0", testbed.ServerOptions{})
	if err != nil {
		return "", err
	}
	return server.Addr().String(), server.Close()
}

// probeConnected dials, sends and waits for an answer.
func (r *refused) probeConnected(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string,
) (err error) {
	began := time.Now()
	conn, err := n.Client().DialContext(ctx, t.Network, address)
	if testbed.IsRefused(err) {
		r.outcome, r.unasked, r.toldAfter = refusedAtOnce, notSent, time.Since(began)
		return nil
	}
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	defer probe.Close(conn, &err)
	if _, err := conn.Write([]byte("anybody?")); err != nil {
		return fmt.Errorf("write to %s: %w", address, err)
	}
	r.unasked = isSent
	if r.outcome, err = nextCalls(conn); err != nil {
		return fmt.Errorf("after the write to %s: %w", address, err)
	}
	if r.outcome != neverTold {
		r.toldAfter = time.Since(began)
	}
	return nil
}

// nextCalls reads, and if nothing comes of that, writes once more: either may
// be told what became of the write before. gVisor wakes no reader for it.
func nextCalls(conn net.Conn) (text.Phrase, error) {
	if err := conn.SetDeadline(time.Now().Add(probe.Silence)); err != nil {
		return "", err
	}
	_, err := conn.Read(make([]byte, 100))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if err := conn.SetDeadline(time.Now().Add(probe.Silence)); err != nil {
			return "", err
		}
		_, err = conn.Write([]byte("anybody?"))
	}
	switch {
	case testbed.IsRefused(err):
		return toldLate, nil
	case err == nil:
		return neverTold, nil
	}
	return "", err
}

// probeUnconnected sends from a socket that is not connected.
func probeUnconnected(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string,
) (outcome text.Phrase, err error) {
	conn, err := n.Client().ListenPacket(ctx, t.Network, n.Client().Addr().String()+":0")
	if err != nil {
		return "", fmt.Errorf("open a socket that is not connected: %w", err)
	}
	defer probe.Close(conn, &err)
	to, err := net.ResolveUDPAddr(t.Network, address)
	if err != nil {
		return "", err
	}
	if _, err := conn.WriteTo([]byte("anybody?"), to); err != nil {
		return "", fmt.Errorf("write to %s: %w", address, err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(probe.Silence)); err != nil {
		return "", err
	}
	_, _, err = conn.ReadFrom(make([]byte, 100))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return neverTold, nil
	case testbed.IsRefused(err):
		return toldLate, nil
	}
	return "", fmt.Errorf("read after %s: %w", address, err)
}

// dialAgain listens on the port and dials once more.
func dialAgain(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string,
) (outcome text.Phrase, err error) {
	err = probe.WithServer(ctx, n, t, address, testbed.ServerOptions{}, func(testbed.Server) (err error) {
		client, err := t.Dial(ctx, n.Client(), address, testbed.ClientOptions{})
		if err != nil {
			outcome = probe.SystemPhrase(err)
			return nil
		}
		defer probe.Close(client, &err)
		outcome = nowConnected
		return probe.EchoOnce(client, []byte("anybody?"), make([]byte, 8))
	})
	return outcome, err
}
