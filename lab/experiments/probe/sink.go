package probe

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"echolab/lab/testbed"
)

// Sink is a server that answers nothing (RFC 863) and knows how much its
// application read, and when: the twins' servers keep that to themselves.
type Sink struct {
	Service
	opened time.Time
	news   chan struct{} // holds one, since bytes were read
	bytes  atomic.Int64  // read so far
	last   atomic.Int64  // when the last of them were, in nanoseconds since opened

	mu     sync.Mutex
	closed bool
	conn   net.Conn // the one that a stream's sink accepted; nil before
}

// sinkBuffer is how many bytes a read takes at most: more than any datagram has.
const sinkBuffer = 64 << 10

// openSink starts a sink on the server host of the network.
func openSink(ctx context.Context, n testbed.Network, t testbed.Transport) (*Sink, error) {
	s := &Sink{opened: time.Now(), news: make(chan struct{}, 1)}
	err := s.Start(ctx, n, t, s.drainStream, func(conn net.PacketConn) error { return s.drain(packetReader{conn}) })
	return s, err
}

// drainStream reads one connection to its end, which may well be a reset: the
// sender ends with one.
func (s *Sink) drainStream(l net.Listener) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.conn = conn
	closed := s.closed
	s.mu.Unlock()
	if !closed {
		_ = s.drain(conn)
	}
	Abort(conn)
	return nil
}

// packetReader reads datagrams from any sender.
type packetReader struct{ net.PacketConn }

func (r packetReader) Read(b []byte) (int, error) {
	n, _, err := r.ReadFrom(b)
	return n, err
}

// drain reads until there is no more.
func (s *Sink) drain(from io.Reader) error {
	buf := make([]byte, sinkBuffer)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			s.count(int64(n))
		}
		if err != nil {
			return err
		}
	}
}

// count notes bytes that were read.
func (s *Sink) count(n int64) {
	s.last.Store(int64(time.Since(s.opened)))
	s.bytes.Add(n)
	select {
	case s.news <- struct{}{}:
	default: // nobody has heard of the bytes before these yet
	}
}

// Got is how many bytes were read so far.
func (s *Sink) Got() int { return int(s.bytes.Load()) }

// Since is how long after began the last bytes were read.
func (s *Sink) Since(began time.Time) time.Duration {
	return s.opened.Add(time.Duration(s.last.Load())).Sub(began)
}

// Await waits until all bytes have been read, or none during silence, or ctx ends.
func (s *Sink) Await(ctx context.Context, bytes int, silence time.Duration) {
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	for s.Got() < bytes {
		select {
		case <-s.news:
			quiet.Reset(silence)
		case <-quiet.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// Close stops the sink and waits for it.
func (s *Sink) Close() error {
	s.mu.Lock()
	s.closed = true
	if s.conn != nil {
		Abort(s.conn)
	}
	s.mu.Unlock()
	return s.Service.Close()
}
