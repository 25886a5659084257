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

// settle is how long a connection must be quiet, while the server shuts down,
// until all that it received counts as answered.
const settle = 100 * time.Millisecond

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
	clients  sync.WaitGroup // those that are served in goroutines of their own

	mu      sync.Mutex // guards what follows, and that stop is closed once
	serving bool
	conns   map[net.Conn]bool // the clients being served

	stop  chan struct{} // closed when no more clients are wanted
	ended chan struct{} // closed when Serve has ended, or never will begin
}

// Listen opens a server's socket on host: from here on the system connects
// clients, though nobody answers them before Serve. Port 0 lets the system
// choose; Addr tells which.
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
		stop:     make(chan struct{}),
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
		s.cut()
	}
	_ = s.unlisten() // Shutdown and Close report it
	s.clients.Wait()
	return err
}

// Shutdown stops taking clients and lets those that are connected have their
// answers: each may go on until it has been quiet for a tenth of a second.
// When ctx ends before, the rest is cut off and the error is ctx's.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.halt()
	s.hurry()
	select {
	case <-s.ended:
		return err
	case <-ctx.Done():
		_ = s.Close() // the listener is closed already
		return fmt.Errorf("shut down tcp %v: %w", s.Addr(), ctx.Err())
	}
}

// Close stops at once and cuts all clients off. Serve and all its goroutines
// have ended on return. To close again does nothing.
func (s *Server) Close() error {
	err := s.halt()
	s.cut()
	<-s.ended
	return err
}

// begin says whether Serve may go on; it may not after Shutdown or Close.
func (s *Server) begin() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.halted() {
		return false, nil
	}
	if s.serving {
		return false, fmt.Errorf("serve tcp %v: called twice", s.Addr())
	}
	s.serving = true
	return true, nil
}

// halt stops taking clients.
func (s *Server) halt() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.halted() {
		close(s.stop)
		if !s.serving {
			close(s.ended)
		}
	}
	return s.unlisten()
}

// halted says whether the server takes no more clients.
func (s *Server) halted() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// acceptAll takes clients and has them attended.
func (s *Server) acceptAll() error {
	for served := 0; s.o.MaxClients == 0 || served < s.o.MaxClients; {
		conn, err := s.accept()
		switch {
		case err != nil && s.halted():
			return nil
		case err != nil:
			return fmt.Errorf("accept on tcp %v: %w", s.Addr(), err)
		case !s.admit(conn):
			_ = conn.Close() // nothing was sent on it
			continue
		}
		served++
		if s.o.Iterative {
			s.attend(conn)
		} else {
			s.clients.Go(func() { s.attend(conn) })
		}
	}
	return nil
}

// accept waits for the next client. When the system has no more descriptors
// or memory, that may pass: the client stays in the backlog, and accept tries
// again.
func (s *Server) accept() (net.Conn, error) {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		conn, err := s.listener.Accept()
		if err == nil || !temporary(err) || s.halted() {
			return conn, err
		}
		s.stats.errors.Add(1)
		s.o.Log.Warn("accept again", "in", wait, "because", err)
		s.pause(wait)
	}
}

// admit takes a client in, if it may stay.
func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	full := s.o.MaxConnections > 0 && len(s.conns) >= s.o.MaxConnections
	if full || s.halted() {
		s.stats.refused.Add(1)
		s.o.Log.Warn("client refused", "client", conn.RemoteAddr(), "connected", len(s.conns))
		return false
	}
	s.conns[conn] = true
	s.stats.connections.Add(1)
	s.stats.active.Add(1)
	return true
}

// pause waits, but not once the server stops.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.stop:
	}
}

// hurry wakes every connection, to be read only until it is quiet.
func (s *Server) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.SetReadDeadline(time.Now().Add(settle)) // a closed one needs no hurry
	}
}

// cut closes every connection.
func (s *Server) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close() // it is cut off either way
	}
}

// temporary says whether an error may pass, such as too many open files.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}
