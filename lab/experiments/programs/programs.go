// Package programs is the lesson "The documents' programs". What it tells is in en.md and ko.md.
package programs

import (
	"bytes"
	"context"
	"embed"

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

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "programs",
	Also:   []string{"example programs"},
	Prose:  experiments.Read(pages),
	Place:  experiments.OnSystem,
	Run:    runPrograms,
	Claims: programsClaims,
}

const (
	fiveClients = 5
	greeted     = 3
	chunk       = 512
	chunked     = 2000
)

// sixth is what becomes of the client after the last one.
type sixth = text.Phrase

const (
	servedToo   sixth = "served"
	findsNobody sixth = "finds nobody"
)

// exampleServer is what one transport's servers did in the documents' roles.
type exampleServer struct {
	served, greeted, chunks int
	changed                 string
	sixth                   sixth
}

func runPrograms(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (exampleServer, error) {
		return play(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	five := result.Row("five_clients", "Served, then stopped", "clients")
	last := result.Row("sixth_client", "The sixth client", "")
	hello := result.Row("hello_clients", "Clients greeted", "clients")
	changed := result.Row("changed", "Answer to hello", "")
	chunks := result.Row("chunks", "Chunks of 512 bytes", "count")
	for _, t := range b.Transports {
		p := found[t.Name]
		five.Set(t.Name, result.Num(p.served))
		five.ExpectExactly(t.Name, fiveClients)
		last.Set(t.Name, result.Word(p.sixth))
		last.ExpectWord(t.Name, findsNobody)
		hello.Set(t.Name, result.Num(p.greeted))
		hello.ExpectExactly(t.Name, greeted)
		changed.Set(t.Name, result.Word(text.Phrase(p.changed)))
		changed.ExpectWord(t.Name, text.Phrase(strings.ToUpper(helloWord)))
		chunks.Set(t.Name, result.Num(p.chunks))
		chunks.ExpectExactly(t.Name, (chunked+chunk-1)/chunk)
	}
	five.Because("document 001's server counts to five")
	last.Because("document 001's server counts to five")
	hello.Because("document 001's server greets each client in the same words")
	changed.Because("document 002's server may answer with other bytes, as agreed")
	chunks.Becausef("document 004's client moves %d bytes %d at a time", chunked, chunk)
	return result.Rows(2, five, changed, hello, chunks, last), nil
}

// The roles, each with chances of its own.
const (
	fiveRole = iota
	helloRole
	upperRole
	chunksRole
)

func play(ctx context.Context, b *testbed.Bench, t testbed.Transport) (p exampleServer, err error) {
	if p.served, p.sixth, err = playFive(ctx, b.Attempt(fiveRole), t); err != nil {
		return p, fmt.Errorf("serve five clients: %w", err)
	}
	if p.greeted, err = playHello(ctx, b.Attempt(helloRole), t); err != nil {
		return p, fmt.Errorf("greet: %w", err)
	}
	if p.changed, err = playUpper(ctx, b.Attempt(upperRole), t); err != nil {
		return p, fmt.Errorf("change data: %w", err)
	}
	if p.chunks, err = playChunks(ctx, b.Attempt(chunksRole), t); err != nil {
		return p, fmt.Errorf("move chunks: %w", err)
	}
	return p, nil
}

// onServer runs f against the address of a server with those options.
func onServer(ctx context.Context, b *testbed.Bench, t testbed.Transport, o testbed.ServerOptions, f func(testbed.Network, string) error) (err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return err
	}
	defer probe.Close(n, &err)
	server, err := t.Listen(ctx, n.Server(), n.Server().Addr().String()+":0", o)
	if err != nil {
		return err
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve() }()
	defer func() {
		probe.Close(server, &err)
		err = errors.Join(err, <-serving)
	}()
	return f(n, server.Addr().String())
}

// talk opens a plain socket for f, with a deadline.
func talk(ctx context.Context, n testbed.Network, t testbed.Transport, address string, f func(net.Conn) error) (err error) {
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

// playFive serves clients one after the other until one has no echo, or five
// have, and tries a sixth.
func playFive(ctx context.Context, b *testbed.Bench, t testbed.Transport) (served int, after sixth, err error) {
	o := testbed.ServerOptions{Iterative: true, MaxClients: fiveClients, Buffer: probe.DocumentBuffer}
	err = onServer(ctx, b, t, o, func(n testbed.Network, address string) error {
		served = inTurn(fiveClients, func() error { return talk(ctx, n, t, address, echoOnce) })
		after = servedToo
		if err := talk(ctx, n, t, address, echoOnce); err != nil {
			after = findsNobody
		}
		return context.Cause(ctx)
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

// sendAndRead writes a message and reads so many bytes of answer.
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

// playHello counts the clients that are greeted in turn, each in full. A stream
// is greeted unasked and then closed; a datagram server can only answer.
func playHello(ctx context.Context, b *testbed.Bench, t testbed.Transport) (n int, err error) {
	o := testbed.ServerOptions{Service: "hello", Iterative: true}
	err = onServer(ctx, b, t, o, func(network testbed.Network, address string) error {
		n = inTurn(greeted, func() error {
			return talk(ctx, network, t, address, func(conn net.Conn) error { return readHello(conn, t) })
		})
		return context.Cause(ctx)
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

func playUpper(ctx context.Context, b *testbed.Bench, t testbed.Transport) (changed string, err error) {
	err = onServer(ctx, b, t, testbed.ServerOptions{Service: "upper"}, func(n testbed.Network, address string) error {
		return talk(ctx, n, t, address, func(conn net.Conn) error {
			answer, err := sendAndRead(conn, []byte(helloWord), len(helloWord))
			changed = string(answer)
			return err
		})
	})
	return changed, err
}

// playChunks counts the chunks that came back whole, each before the next was
// sent.
func playChunks(ctx context.Context, b *testbed.Bench, t testbed.Transport) (chunks int, err error) {
	w := testbed.Workload{Messages: 1, Size: chunked, Seed: b.Options.Seed}
	data := w.Fill(make([]byte, chunked), 0)
	err = onServer(ctx, b, t, testbed.ServerOptions{Buffer: chunk}, func(n testbed.Network, address string) error {
		_ = talk(ctx, n, t, address, func(conn net.Conn) error { // what fails ends the count
			for part := range slices.Chunk(data, chunk) {
				if err := wantAnswer(conn, part, part); err != nil {
					return err
				}
				chunks++
			}
			return nil
		})
		return context.Cause(ctx)
	})
	return chunks, err
}
