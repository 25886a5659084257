package labtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Pair is two hosts and their packet devices, which nothing joins yet.
type Pair struct {
	Client, Server             testbed.Host
	ClientDevice, ServerDevice wire.Device
	Close                      func() error
}

// BenchmarkWire measures what the wire costs: TCP streams over a wire without
// conditions, and over a bare copy loop between two devices of the same kind,
// in turn. It reports the rate of both in Mbit/s, and their ratio.
func BenchmarkWire(b *testing.B, open func() (Pair, error)) {
	bare := openStream(b, open, joinBare)
	wired := openStream(b, open, func(client, server wire.Device) func() error {
		return wire.Connect(client, server, wire.Options{}).Close
	})
	const block = 4 << 20
	b.SetBytes(2 * block)
	for b.Loop() {
		bare.send(b, block)
		wired.send(b, block)
	}
	b.ReportMetric(bare.rate(), "bare-Mbit/s")
	b.ReportMetric(wired.rate(), "wire-Mbit/s")
	b.ReportMetric(wired.rate()/bare.rate(), "wire/bare")
}

// stream is a TCP connection over one of the two, and its stopwatch.
type stream struct {
	near, far net.Conn
	bytes     int
	took      time.Duration
}

// openStream opens a pair of hosts, joins them, and connects them.
func openStream(
	b *testing.B, open func() (Pair, error), join func(client, server wire.Device) (leave func() error),
) *stream {
	b.Helper()
	p, err := open()
	if err != nil {
		b.Fatal(err)
	}
	leave := join(p.ClientDevice, p.ServerDevice)
	b.Cleanup(func() {
		if err := errors.Join(leave(), p.Close()); err != nil {
			b.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l, err := p.Server.Listen(ctx, "tcp", anyPort(p.Server))
	if err != nil {
		b.Fatal(err)
	}
	near, err := p.Client.DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		b.Fatal(err)
	}
	return &stream{near: near, far: far}
}

// send sends that many bytes and waits until they have arrived.
func (s *stream) send(b *testing.B, bytes int) {
	b.Helper()
	deadline := time.Now().Add(patience)
	_ = s.near.SetDeadline(deadline)
	_ = s.far.SetDeadline(deadline)
	sent := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := s.near.Write(make([]byte, bytes))
		sent <- err
	}()
	_, err := io.CopyN(io.Discard, s.far, int64(bytes))
	if err == nil {
		err = <-sent
	}
	if err != nil {
		b.Fatal(fmt.Errorf("after %d bytes: %w", s.bytes, err))
	}
	s.took += time.Since(began)
	s.bytes += bytes
}

// rate is in Mbit/s.
func (s *stream) rate() float64 { return float64(s.bytes) * 8 / 1e6 / s.took.Seconds() }

// joinBare copies packets between two devices, with nothing in between.
func joinBare(client, server wire.Device) (leave func() error) {
	var pumps sync.WaitGroup
	pumps.Go(func() { copyPackets(server, client) })
	pumps.Go(func() { copyPackets(client, server) })
	return func() error {
		err := errors.Join(client.Close(), server.Close())
		pumps.Wait()
		return err
	}
}

func copyPackets(to, from wire.Device) {
	packet := make([]byte, testbed.DefaultMTU)
	for {
		n, err := from.Read(packet)
		if err != nil {
			return
		}
		if _, err := to.Write(packet[:n]); err != nil {
			return
		}
	}
}
