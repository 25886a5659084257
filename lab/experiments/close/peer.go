package close

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments/probe"
	"echolab/lab/testbed"
)

// peer is the plainest echo server that tells whether it read the end of a
// conversation, which the servers of package tcp and udp do not.
type peer struct {
	address string
	closer  io.Closer
	group   errgroup.Group
	end     chan struct{} // closed when the end was read
}

// waitForEnd starts a peer for one client, which closes before the longest wait
// is over.
func waitForEnd(ctx context.Context, n testbed.Network, t testbed.Transport, longest time.Duration) (*peer, error) {
	p := &peer{end: make(chan struct{})}
	address := n.Server().Addr().String() + ":0"
	if !t.Stream {
		conn, err := n.Server().ListenPacket(ctx, t.Network, address)
		if err != nil {
			return nil, fmt.Errorf("listen on %s: %w", address, err)
		}
		p.address, p.closer = conn.LocalAddr().String(), conn
		p.group.Go(func() error { return p.answerPackets(conn) })
		return p, nil
	}
	l, err := n.Server().Listen(ctx, t.Network, address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	p.address, p.closer = l.Addr().String(), l
	p.group.Go(func() error { return p.answerStream(l, longest) })
	return p, nil
}

// answerStream echoes one connection until the client closes it.
func (p *peer) answerStream(l net.Listener, longest time.Duration) (err error) {
	conn, err := l.Accept()
	if err != nil {
		return probe.IgnoreClosed(err)
	}
	defer probe.Close(conn, &err)
	if err := conn.SetDeadline(time.Now().Add(longest)); err != nil {
		return err
	}
	if _, err := io.Copy(conn, conn); err != nil {
		return err
	}
	close(p.end)
	return nil
}

// answerPackets echoes datagrams. An empty one would be the only sign of an
// end, and closing sends none.
func (p *peer) answerPackets(conn net.PacketConn) error {
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return probe.IgnoreClosed(err)
		}
		if _, err := conn.WriteTo(buf[:n], from); err != nil {
			return probe.IgnoreClosed(err)
		}
	}
}

// noticed reports whether the peer has read the end by now.
func (p *peer) noticed() bool {
	select {
	case <-p.end:
		return true
	default:
		return false
	}
}

// Close stops the peer and waits for it.
func (p *peer) Close() error {
	err := p.closer.Close()
	return errors.Join(err, p.group.Wait())
}
