// Package programs is the lesson "The documents' programs". What it tells is in en.md and ko.md.
package programs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "programs",
	Also:   []string{"example programs"},
	Prose:  experiments.Read("programs"),
	Place:  experiments.OnSystem,
	Run:    experiments.SideBySide(tryAll, rows),
	Claims: programsClaims,
}

const (
	fiveClients = 5
	greeted     = 3
	chunk       = 512
	chunked     = 2000
)

// What becomes of the client after the last one.
const (
	servedToo   text.Phrase = "served"
	findsNobody text.Phrase = "finds nobody"
)

// exampleServers is what one transport's servers did in the documents' roles.
type exampleServers struct {
	served, greeted, chunks int
	changed                 string
	sixth                   text.Phrase
}

var rows = []experiments.Row[exampleServers]{
	{
		ID: "five_clients", Label: "Served, then stopped", Unit: "clients", Headline: true,
		Basis: text.Say("document 001's server counts to five"),
		Cell: func(_ testbed.Transport, s exampleServers) result.Cell {
			return result.Number(s.served).ExpectExactly(fiveClients)
		},
	},
	{
		ID: "changed", Label: "Answer to hello", Headline: true,
		Basis: text.Say("document 002's server may answer with other bytes, as agreed"),
		Cell: func(_ testbed.Transport, s exampleServers) result.Cell {
			want := text.Phrase(strings.ToUpper(helloWord))
			return result.Outcome(text.Phrase(s.changed)).ExpectWord(want)
		},
	},
	{
		ID: "hello_clients", Label: "Clients greeted", Unit: "clients",
		Basis: text.Say("document 001's server greets each client in the same words"),
		Cell: func(_ testbed.Transport, s exampleServers) result.Cell {
			return result.Number(s.greeted).ExpectExactly(greeted)
		},
	},
	{
		ID: "chunks", Label: "Chunks of 512 bytes", Unit: "count",
		Basis: text.Sayf("document 004's client moves %d bytes %d at a time", chunked, chunk),
		Cell: func(_ testbed.Transport, s exampleServers) result.Cell {
			return result.Number(s.chunks).ExpectExactly((chunked + chunk - 1) / chunk)
		},
	},
	{
		ID: "sixth_client", Label: "The sixth client", Basis: text.Say("document 001's server counts to five"),
		Cell: func(_ testbed.Transport, s exampleServers) result.Cell {
			return result.Outcome(s.sixth).ExpectWord(findsNobody)
		},
	},
}

// The roles, each with a seed of its own.
const (
	fiveRole = iota
	helloRole
	upperRole
	chunksRole
)

func tryAll(ctx context.Context, b *testbed.Bench, t testbed.Transport) (s exampleServers, err error) {
	if s.served, s.sixth, err = serveFive(ctx, b.Attempt(fiveRole), t); err != nil {
		return s, fmt.Errorf("serve five clients: %w", err)
	}
	if s.greeted, err = greetInTurn(ctx, b.Attempt(helloRole), t); err != nil {
		return s, fmt.Errorf("greet: %w", err)
	}
	if s.changed, err = changeData(ctx, b.Attempt(upperRole), t); err != nil {
		return s, fmt.Errorf("change data: %w", err)
	}
	if s.chunks, err = moveChunks(ctx, b.Attempt(chunksRole), t); err != nil {
		return s, fmt.Errorf("move chunks: %w", err)
	}
	return s, nil
}

// conversation has a plain socket to the server for as long as f runs, with a
// deadline.
type conversation func(f func(net.Conn) error) error

// withServer runs f against a server with those options. Clients that have no
// answer are what f counts, and no errors.
func withServer(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions, f func(conversation),
) (err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return err
	}
	defer probe.Close(n, &err)
	return probe.WithServer(ctx, n, t, n.Server().Addr().String()+":0", o, func(server testbed.Server) error {
		f(func(talk func(net.Conn) error) error { return dial(ctx, n, t, server.Addr().String(), talk) })
		return context.Cause(ctx)
	})
}

// dial opens a plain socket for f, with a deadline.
func dial(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string, f func(net.Conn) error,
) (err error) {
	conn, err := n.Client().DialContext(ctx, t.Network, address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	defer probe.Close(conn, &err)
	if err := conn.SetDeadline(time.Now().Add(probe.EchoTimeout)); err != nil {
		return err
	}
	return f(conn)
}

// serveFive serves clients one after the other until one has no echo, or five
// have, and tries a sixth.
func serveFive(ctx context.Context, b *testbed.Bench, t testbed.Transport) (served int, after text.Phrase, err error) {
	o := testbed.ServerOptions{Iterative: true, MaxClients: fiveClients, Buffer: probe.DocumentBuffer}
	err = withServer(ctx, b, t, o, func(talk conversation) {
		served = inTurn(fiveClients, func() error { return talk(echoOnce) })
		after = probe.Either(talk(echoOnce) == nil, servedToo, findsNobody)
	})
	return served, after, err
}

// inTurn counts how often something succeeds before it fails, up to a number.
func inTurn(most int, try func() error) (n int) {
	for n < most && try() == nil {
		n++
	}
	return n
}

func echoOnce(conn net.Conn) error { return wantAnswer(conn, []byte(helloWord), []byte(helloWord)) }

// sendAndRead writes a message and reads an answer of n bytes.
func sendAndRead(conn net.Conn, message []byte, n int) ([]byte, error) {
	if _, err := conn.Write(message); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	answer := make([]byte, n)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return answer, nil
}

// wantAnswer writes a message and wants a certain answer.
func wantAnswer(conn net.Conn, message, want []byte) error {
	got, err := sendAndRead(conn, message, len(want))
	if err == nil && !bytes.Equal(got, want) {
		err = probe.ErrOtherBytes
	}
	return err
}

const helloWord = "Hello"

// welcome is what the servers of both twins greet with.
const welcome = "Hello, client!\n"

// greetInTurn counts the clients that are greeted in turn, each in full. A stream
// is greeted unasked and then closed; a datagram server can only answer.
func greetInTurn(ctx context.Context, b *testbed.Bench, t testbed.Transport) (n int, err error) {
	o := testbed.ServerOptions{Service: "hello", Iterative: true}
	err = withServer(ctx, b, t, o, func(talk conversation) {
		n = inTurn(greeted, func() error {
			return talk(func(conn net.Conn) error { return readHello(conn, t) })
		})
	})
	return n, err
}

func readHello(conn net.Conn, t testbed.Transport) error {
	if !t.Stream {
		return wantAnswer(conn, []byte(helloWord), []byte(welcome))
	}
	all, err := io.ReadAll(conn) // until the server closes
	if err == nil && string(all) != welcome {
		err = probe.ErrOtherBytes
	}
	return err
}

// changeData is the answer to hello of a server that answers in upper case.
func changeData(ctx context.Context, b *testbed.Bench, t testbed.Transport) (changed string, err error) {
	var failed error
	err = withServer(ctx, b, t, testbed.ServerOptions{Service: "upper"}, func(talk conversation) {
		failed = talk(func(conn net.Conn) error {
			answer, err := sendAndRead(conn, []byte(helloWord), len(helloWord))
			changed = string(answer)
			return err
		})
	})
	return changed, errors.Join(err, failed)
}

// moveChunks counts the chunks that came back whole, each before the next was
// sent.
func moveChunks(ctx context.Context, b *testbed.Bench, t testbed.Transport) (chunks int, err error) {
	w := testbed.Workload{Messages: 1, Size: chunked, Seed: b.Options.Seed}
	data := w.Fill(make([]byte, chunked), 0)
	err = withServer(ctx, b, t, testbed.ServerOptions{Buffer: chunk}, func(talk conversation) {
		_ = talk(func(conn net.Conn) error { // what fails ends the count
			for part := range slices.Chunk(data, chunk) {
				if err := wantAnswer(conn, part, part); err != nil {
					return err
				}
				chunks++
			}
			return nil
		})
	})
	return chunks, err
}
