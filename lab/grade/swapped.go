package grade

import (
	"context"
	"errors"
	"io"
	"math/bits"
	"net"
	"strconv"
	"sync"
)

// SwappedPort is the port that a program talks to if it forgets htons.
func (s *Subject) SwappedPort() uint16 { return bits.ReverseBytes16(s.port) }

// WatchSwapped calls came when a client talks to the swapped port. stop ends the
// watch and reports whether one did. Where the port may be somebody else's there
// is no watch.
func (s *Subject) WatchSwapped(ctx context.Context, came func()) (stop func() bool) {
	socket, wait, err := s.openSwapped(ctx)
	if err != nil {
		return func() bool { return false } // one hint less
	}
	seen := false
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if seen = wait() == nil; seen {
			came()
		}
	})
	return func() bool {
		_ = socket.Close()
		waiting.Wait()
		return seen
	}
}

// openSwapped opens a socket at the swapped port; wait waits for a client there.
func (s *Subject) openSwapped(ctx context.Context) (socket io.Closer, wait func() error, err error) {
	port := s.SwappedPort()
	if !s.box.Isolated() || port == s.port {
		return nil, nil, errors.ErrUnsupported
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))
	if s.Network() == "udp" {
		pc, err := s.box.ListenPacket(ctx, "udp", address)
		pc, err = track(ctx, s, pc, err)
		return pc, func() error {
			_, _, err := pc.ReadFrom(make([]byte, 1))
			return err
		}, err
	}
	l, err := s.box.Listen(ctx, "tcp", address)
	l, err = track(ctx, s, l, err)
	return l, func() error {
		c, err := l.Accept()
		if err == nil {
			_ = c.Close()
		}
		return err
	}, err
}
