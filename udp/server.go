// Package udp is an echo server and an echo client on UDP, where a datagram
// is a message.
//
// Read it beside package tcp, file by file: what is missing here is what a
// connection costs, and what its absence takes from the program. Begin with
// client.go, then server.go; source.go has no twin.
//
// The package needs nothing but the standard library. It never opens a socket
// itself but asks a Host to; System is the operating system's.
package udp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"
)

// quietPeriod is how long the socket must be quiet, while the server shuts down,
// until all that it received counts as answered.
const quietPeriod = 100 * time.Millisecond

// The shortest and the longest wait before the server tries again to read.
const (
	firstRetry = 5 * time.Millisecond
	lastRetry  = time.Second
)

// Server answers clients on UDP. Listen makes it; Serve runs it, once; it
// ends by Shutdown or Close, of which one must be called.
type Server struct {
	socket  net.PacketConn // the only one: all clients share it
	o       ServerOptions
	stats   counters
	release func() error // closes the socket, once
	addr    net.Addr

	mu      sync.Mutex // guards the fields below, and that stopping is closed once
	serving bool

	stopping chan struct{} // closed by Shutdown and Close
	ended    chan struct{} // closed when Serve has ended, or can no longer begin
}

// Listen opens a server's socket on host: from here on the system keeps the
// datagrams that clients send, as far as its buffer holds them. Port 0 lets
// the system choose a port; Addr tells which.
func Listen(ctx context.Context, host Host, address string, o ServerOptions) (*Server, error) {
	o, err := o.ready()
	if err != nil {
		return nil, fmt.Errorf("listen on udp %s: %w", address, err)
	}
	socket, err := host.ListenPacket(ctx, "udp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on udp %s: %w", address, err)
	}
	return &Server{
		socket:   socket,
		o:        o,
		release:  sync.OnceValue(socket.Close),
		addr:     socket.LocalAddr(),
		stopping: make(chan struct{}),
		ended:    make(chan struct{}),
	}, nil
}

// Addr is where the server listens, with the real port.
func (s *Server) Addr() net.Addr { return s.addr }

// Stats counts what happened so far.
func (s *Server) Stats() Stats { return s.stats.now() }

// Serve answers clients until Shutdown or Close, or until it answered as many
// datagrams as MaxClients says, and then returns nil.
func (s *Server) Serve() error {
	if ok, err := s.begin(); !ok {
		return err
	}
	defer close(s.ended)
	err := s.answerAll()
	_ = s.release() // Shutdown and Close report it
	return err
}

// Shutdown answers what was received: the server goes on until its socket has
// been quiet for a tenth of a second, since nothing tells clients to stop. If
// ctx ends before that, the rest is lost and the error is ctx's.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	_ = s.socket.SetReadDeadline(time.Now().Add(quietPeriod)) // a closed socket is drained
	select {
	case <-s.ended:
		return s.release()
	case <-ctx.Done():
		_ = s.Close() // the error below says more
		return fmt.Errorf("shut down udp %v: %w", s.Addr(), ctx.Err())
	}
}

// Close stops at once. Serve has ended on return. To close again does
// nothing.
func (s *Server) Close() error {
	s.stop()
	err := s.release()
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
		return false, fmt.Errorf("serve udp %v: called twice", s.Addr())
	}
	s.serving = true
	return true, nil
}

// stop makes the server take no more clients.
func (s *Server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped() {
		close(s.stopping)
		if !s.serving {
			close(s.ended)
		}
	}
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

// answerAll reads the datagrams of all clients and answers each.
func (s *Server) answerAll() error {
	// The buffer has one byte more than asked for: a datagram that fills it was
	// longer than asked for.
	buffer := make([]byte, s.o.Buffer+1)
	for answered := 0; s.o.MaxClients == 0 || answered < s.o.MaxClients; {
		n, client, err := s.read(buffer)
		switch {
		case err != nil && s.stopped():
			return nil
		case err != nil:
			return fmt.Errorf("read on udp %v: %w", s.Addr(), err)
		case s.accept(n, client):
			answered++
			s.answer(buffer[:min(n, s.o.Buffer)], client)
		}
	}
	return nil
}

// read waits for the next datagram, and says which client sent it. When the
// system has run out of memory, read tries again: the shortage may pass.
func (s *Server) read(buffer []byte) (int, net.Addr, error) {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		s.pause(s.o.Pause)
		if s.stopped() {
			_ = s.socket.SetReadDeadline(time.Now().Add(quietPeriod)) // a closed socket fails below
		}
		n, client, err := s.socket.ReadFrom(buffer)
		if err == nil || !temporary(err) || s.stopped() {
			return n, client, err
		}
		s.stats.errors.Add(1)
		s.o.Log.Warn("read again", "in", wait, "because", err)
		s.pause(wait)
	}
}

// accept says whether a datagram of n bytes may be answered, and counts it.
func (s *Server) accept(n int, client net.Addr) bool {
	s.stats.read(min(n, s.o.Buffer))
	if n > s.o.Buffer {
		s.stats.truncated.Add(1)
	}
	long := s.o.MaxMessage > 0 && n > s.o.MaxMessage
	if long || s.wouldLoop(client) {
		s.stats.refused.Add(1)
		s.o.Log.Warn("datagram refused", "client", client, "bytes", n)
		return false
	}
	return true
}

// answer sends an answer. Nothing tells whether it arrives.
func (s *Server) answer(message []byte, client net.Addr) {
	answer := s.o.Service.answer(message)
	if answer == nil {
		return
	}
	n, err := s.socket.WriteTo(answer, client)
	if err != nil {
		s.stats.errors.Add(1)
		s.o.Log.Warn("answer not sent", "client", client, "because", err)
		return
	}
	s.stats.wrote(n)
	s.o.Log.Info("datagram answered", "client", client, "bytes", n)
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

// windowsTooLong is WSAEMSGSIZE, the error of Windows where a datagram is longer
// than the buffer. No other system has an error of that number.
const windowsTooLong = syscall.Errno(10040)

// temporary says whether an error may pass, such as too little memory.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.Is(err, windowsTooLong) || errors.As(err, &t) && t.Temporary()
}
