package close

import (
	"context"
	"io"
	"net"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/testbed"
)

// peer is the plainest echo server that tells whether it read the end of a
// conversation, which the servers of package tcp and udp do not.
type peer struct {
	probe.Service
	end chan struct{} // closed when the end was read
}

// waitForEnd starts a peer for one client, which closes before the longest wait
// is over.
func waitForEnd(ctx context.Context, n testbed.Network, t testbed.Transport, longest time.Duration) (*peer, error) {
	p := &peer{end: make(chan struct{})}
	err := p.Start(ctx, n, t, func(l net.Listener) error { return p.answerStream(l, longest) }, answerPackets)
	return p, err
}

// answerStream echoes one connection until the client closes it.
func (p *peer) answerStream(l net.Listener, longest time.Duration) (err error) {
	conn, err := l.Accept()
	if err != nil {
		return err
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
func answerPackets(conn net.PacketConn) error {
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return err
		}
		if _, err := conn.WriteTo(buf[:n], from); err != nil {
			return err
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
