// Package tcp is an echo server and an echo client on TCP, a stream made to
// carry messages.
//
// Read it beside package udp, file by file: what is here and not there is
// what a connection costs, and what a stream does not give. Begin with
// client.go, then server.go; connection.go and frame.go have no twins.
//
// The package needs nothing but the standard library. It never opens a socket
// itself but asks a Host to; System is the operating system's.
package tcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// quietPeriod is how long a connection must be quiet, while the server shuts down,
// until all that it received counts as answered.
const quietPeriod = 100 * time.Millisecond

// The shortest and the longest wait before the server tries again to accept.
const (
	firstRetry = 5 * time.Millisecond
	lastRetry  = time.Second
)

// Server answers clients on TCP. Listen makes it; Serve runs it, once; it
// ends by Shutdown or Close, of which one must be called.
type Server struct {
	listener net.Listener
	o        ServerOptions
	stats    counters
	unlisten func() error   // closes the listener, once
	buffers  sync.Pool      // of *[]byte: one for each client while it is served
	clients  sync.WaitGroup // the goroutines that serve clients

	mu      sync.Mutex // guards the fields below, and that stopping is closed once
	serving bool
	conns   map[net.Conn]bool // the clients being served

	stopping chan struct{} // closed by Shutdown and Close
	ended    chan struct{} // closed when Serve has ended, or can no longer begin
}

// Listen opens a server's socket on host: from here on the system completes
// handshakes, though the server answers nothing before Serve. Port 0 lets the
// system choose a port; Addr tells which.
func Listen(ctx context.Context, host Host, address string, o ServerOptions) (*Server, error) {
	o, err := o.ready()
	if err != nil {
		return nil, fmt.Errorf("listen on tcp %s: %w", address, err)
	}
	listener, err := host.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on tcp %s: %w", address, err)
	}
	if o.Backlog > 0 {
		if err := setBacklog(listener, o.Backlog); err != nil {
			_ = listener.Close()
			return nil, fmt.Errorf("listen on tcp %s: backlog of %d: %w", address, o.Backlog, err)
		}
	}
	return &Server{
		listener: listener,
		o:        o,
		unlisten: sync.OnceValue(listener.Close),
		buffers:  sync.Pool{New: func() any { b := make([]byte, o.Buffer); return &b }},
		conns:    make(map[net.Conn]bool),
		stopping: make(chan struct{}),
		ended:    make(chan struct{}),
	}, nil
}

// Addr is where the server listens, with the real port.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Stats counts what happened so far.
func (s *Server) Stats() Stats { return s.stats.now() }

// Serve answers clients until Shutdown or Close, or until it served as many
// as MaxClients says, and then returns nil. All its goroutines have ended by
// then.
func (s *Server) Serve() error {
	if ok, err := s.begin(); !ok {
		return err
	}
	defer close(s.ended)
	err := s.acceptAll()
	if err != nil {
		s.closeConns()
	}
	_ = s.unlisten() // Shutdown and Close report it
	s.clients.Wait()
	return err
}

// Shutdown stops taking clients and answers what the connected ones have sent:
// each is served until it has been quiet for a tenth of a second. If ctx ends
// before that, the remaining connections are closed and the error is ctx's.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.stop()
	s.drain()
	select {
	case <-s.ended:
		return err
	case <-ctx.Done():
		_ = s.Close() // the listener is closed already
		return fmt.Errorf("shut down tcp %v: %w", s.Addr(), ctx.Err())
	}
}

// Close stops at once and closes all connections. Serve and all its goroutines
// have ended on return. To close again does nothing.
func (s *Server) Close() error {
	err := s.stop()
	s.closeConns()
	<-s.ended
	return err
}

// begin says whether Serve may run: once, and not after Shutdown or Close.
func (s *Server) begin() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped() {
		return false, nil
	}
	if s.serving {
		return false, fmt.Errorf("serve tcp %v: called twice", s.Addr())
	}
	s.serving = true
	return true, nil
}

// stop makes the server take no more clients.
func (s *Server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped() {
		close(s.stopping)
		if !s.serving {
			close(s.ended)
		}
	}
	return s.unlisten()
}

// stopped says whether stop has been called.
func (s *Server) stopped() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}

// acceptAll accepts clients and serves each, one by one or side by side.
func (s *Server) acceptAll() error {
	for served := 0; s.o.MaxClients == 0 || served < s.o.MaxClients; {
		conn, err := s.accept()
		switch {
		case err != nil && s.stopped():
			return nil
		case err != nil:
			return fmt.Errorf("accept on tcp %v: %w", s.Addr(), err)
		case !s.register(conn):
			_ = conn.Close() // nothing was sent on it
			continue
		}
		served++
		if s.o.Iterative {
			s.serveConn(conn)
		} else {
			s.clients.Go(func() { s.serveConn(conn) })
		}
	}
	return nil
}

// accept waits for the next client. When the system has run out of descriptors
// or memory, the client stays in the backlog and accept tries again: the
// shortage may pass.
func (s *Server) accept() (net.Conn, error) {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		conn, err := s.listener.Accept()
		if err == nil || !temporary(err) || s.stopped() {
			return conn, err
		}
		s.stats.errors.Add(1)
		s.o.Log.Warn("accept again", "in", wait, "because", err)
		s.pause(wait)
	}
}

// register adds a connection to those being served. It refuses one that is over
// the limit, or that comes while the server stops.
func (s *Server) register(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	full := s.o.MaxConnections > 0 && len(s.conns) >= s.o.MaxConnections
	if full || s.stopped() {
		s.stats.refused.Add(1)
		s.o.Log.Warn("client refused", "client", conn.RemoteAddr(), "connected", len(s.conns))
		return false
	}
	s.conns[conn] = true
	s.stats.connections.Add(1)
	s.stats.active.Add(1)
	return true
}

// pause waits for d, or until the server stops.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.stopping:
	}
}

// drain lets every connection be read only until it has been quiet for a while.
func (s *Server) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.SetReadDeadline(time.Now().Add(quietPeriod)) // a closed one is drained
	}
}

// closeConns closes every connection.
func (s *Server) closeConns() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close() // the connection is over, also if closing it fails
	}
}

// temporary says whether an error may pass, such as too many open files.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}
