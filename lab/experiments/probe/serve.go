package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/sync/errgroup"

	"echolab/lab/testbed"
)

// WithServer runs f while a server serves at an address of the network's server
// host. It closes the server when f returns, and its error is that of f, or else
// the server's.
func WithServer(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string, o testbed.ServerOptions,
	f func(testbed.Server) error,
) error {
	server, err := t.Listen(ctx, n.Server(), address, o)
	if err != nil {
		return err
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve() }()
	err = f(server)
	Close(server, &err)
	return errors.Join(err, <-serving)
}

// Service is a server of a lesson's own, that tells what the twins' servers keep to
// themselves.
type Service struct {
	Address string
	closer  io.Closer
	group   errgroup.Group
}

// Start listens on the server host of the network and serves, one way for streams and
// another for datagrams, until the service is closed.
func (s *Service) Start(
	ctx context.Context, n testbed.Network, t testbed.Transport,
	streams func(net.Listener) error, datagrams func(net.PacketConn) error,
) error {
	address := n.Server().Addr().String() + ":0"
	if t.Stream {
		l, err := n.Server().Listen(ctx, t.Network, address)
		if err != nil {
			return fmt.Errorf("listen on %s: %w", address, err)
		}
		s.Address, s.closer = l.Addr().String(), l
		s.group.Go(func() error { return streams(l) })
		return nil
	}
	conn, err := n.Server().ListenPacket(ctx, t.Network, address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", address, err)
	}
	s.Address, s.closer = conn.LocalAddr().String(), conn
	s.group.Go(func() error { return datagrams(conn) })
	return nil
}

// Close stops the service and waits for it. That its socket was closed is no error.
func (s *Service) Close() error {
	err := s.closer.Close()
	if e := s.group.Wait(); !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	return err
}
