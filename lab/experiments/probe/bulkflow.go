package probe

import (
	"context"

	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/testbed"
	"echolab/lab/theory"
)

func NewGroup(ctx context.Context) (*errgroup.Group, context.Context) {
	return errgroup.WithContext(ctx)
}

// Bytes a write: a datagram fits one packet, and a stream never has less than
// a full segment to send.
const (
	datagramSize   = 1400
	datagramPacket = datagramSize + theory.UDPHeader + theory.IPv4Header
	chunkSize      = 16 << 10
)

// overload is how much more a transport that never waits offers than the link
// carries, headers included.
const overload = 2.0

// BulkFlow is one flow of bytes to a server that discards them.
type BulkFlow struct {
	transport testbed.Transport
	chance    *rand.Rand
	server    testbed.Server
	serving   chan error
	conn      net.Conn
}

// OpenBulkFlow starts a server of its own for the flow and dials it, which may take
// as long as for a stage. The seed decides when in its slot a datagram leaves.
func OpenBulkFlow(ctx context.Context, b *testbed.Bench, n testbed.Network, t testbed.Transport, seed uint64) (*BulkFlow, error) {
	ctx, cancel := context.WithTimeout(ctx, b.Longest()/2)
	defer cancel()
	server, err := t.Listen(ctx, n.Server(), n.Server().Addr().String()+":0", testbed.ServerOptions{Service: "discard"})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &BulkFlow{transport: t, chance: rand.New(rand.NewPCG(seed, 0)), server: server, serving: make(chan error, 1)}
	go func() { s.serving <- server.Serve() }()
	began := time.Now()
	s.conn, err = n.Client().DialContext(ctx, t.Network, server.Addr().String())
	if err != nil {
		err = &testbed.DialError{Transport: t.Name, Server: server.Addr().String(), After: time.Since(began), Err: err}
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// port is where the flow comes from.
func (s *BulkFlow) port() uint16 { return PortOf(s.conn.LocalAddr()) }

// Close ends the flow without waiting for what is still in its buffer.
func (s *BulkFlow) Close() error {
	if s.conn != nil {
		Abort(s.conn)
	}
	return errors.Join(s.server.Close(), <-s.serving)
}

// send writes until ctx ends. A transport that waits takes what it can; one
// that does not is paced at overload times the link's rate. Each of its
// datagrams leaves somewhere in a slot of its own: of two flows in even steps,
// the one that falls into step with the queue would get all (phase effects,
// Floyd, Jacobson 1991).
func (s *BulkFlow) send(ctx context.Context, rate float64) error {
	defer context.AfterFunc(ctx, func() { s.conn.SetWriteDeadline(time.Unix(1, 0)) })()
	chunk, every := make([]byte, chunkSize), time.Duration(0)
	if !s.transport.Stream {
		chunk = chunk[:datagramSize]
	}
	if !s.transport.Reliable && rate > 0 {
		every = seconds(datagramPacket * 8 / (overload * rate))
	}
	start := time.Now()
	for slot := 0.0; ctx.Err() == nil; slot++ {
		due := start.Add(time.Duration((slot + s.chance.Float64()) * float64(every)))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		if _, err := s.conn.Write(chunk); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

// Abort closes a connection without waiting for what is still in its buffer,
// where it has such a thing.
func Abort(conn net.Conn) {
	if l, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = conn.Close()
}

func PortOf(a net.Addr) uint16 {
	switch a := a.(type) {
	case *net.TCPAddr:
		return uint16(a.Port)
	case *net.UDPAddr:
		return uint16(a.Port)
	}
	return 0
}
