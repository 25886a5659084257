package kernel

import (
	"io"
	"net"
	"sync"
	"weak"
)

// sockets tracks what was opened on a host without keeping it alive, so that
// closing the network can close what its users left open. The zero value is
// ready.
type sockets struct {
	mu     sync.Mutex
	open   []func() io.Closer // each answers nil once its socket is garbage
	tidyAt int                // the length of open at which tidy runs again
	closed bool
}

// track adds a socket, or closes it if the network is closed already.
func track[S any, P interface {
	*S
	io.Closer
}](s *sockets, socket P) error {
	tracked := weak.Make((*S)(socket))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = socket.Close()
		return net.ErrClosed
	}
	s.tidy()
	s.open = append(s.open, func() io.Closer {
		if p := tracked.Value(); p != nil {
			return P(p)
		}
		return nil
	})
	return nil
}

// tidy untracks sockets that are garbage, whenever the list has doubled.
func (s *sockets) tidy() {
	if len(s.open) < s.tidyAt {
		return
	}
	alive := s.open[:0]
	for _, socket := range s.open {
		if socket() != nil {
			alive = append(alive, socket)
		}
	}
	clear(s.open[len(alive):])
	s.open = alive
	s.tidyAt = max(64, 2*len(alive))
}

// close closes every socket that is still open, and resets connections: the
// wire closes before a FIN could be acknowledged.
func (s *sockets) close() {
	s.mu.Lock()
	open := s.open
	s.open, s.closed = nil, true
	s.mu.Unlock()
	for _, tracked := range open {
		socket := tracked()
		if c, ok := socket.(*net.TCPConn); ok {
			_ = c.SetLinger(0)
		}
		if socket != nil {
			_ = socket.Close()
		}
	}
}

// Listener is a *net.TCPListener whose connections close with their network.
type Listener struct {
	*net.TCPListener
	sockets *sockets
}

// Accept waits for the next connection, a *net.TCPConn.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	if err := track(l.sockets, c); err != nil {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: err}
	}
	return c, nil
}
