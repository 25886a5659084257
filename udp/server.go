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

// settle is how long the socket must be quiet, while the server shuts down,
// until all that it received counts as answered.
const settle = 100 * time.Millisecond

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

	mu      sync.Mutex // guards what follows, and that stop is closed once
	serving bool

	stop  chan struct{} // closed when no more clients are wanted
	ended chan struct{} // closed when Serve has ended, or never will begin
}

// Listen opens a server's socket on host: from here on the system keeps what
// clients send, as far as its buffer holds it. Port 0 lets the system choose;
// Addr tells which.
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
		socket:  socket,
		o:       o,
		release: sync.OnceValue(socket.Close),
		addr:    socket.LocalAddr(),
		stop:    make(chan struct{}),
		ended:   make(chan struct{}),
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
// been quiet for a tenth of a second, for nothing tells clients to stop. When
// ctx ends before, the rest is lost and the error is ctx's.
func (s *Server) Shutdown(ctx context.Context) error {
	s.halt()
	_ = s.socket.SetReadDeadline(time.Now().Add(settle)) // a closed socket is what is wanted
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
	s.halt()
	err := s.release()
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
		return false, fmt.Errorf("serve udp %v: called twice", s.Addr())
	}
	s.serving = true
	return true, nil
}

// halt stops taking clients.
func (s *Server) halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.halted() {
		close(s.stop)
		if !s.serving {
			close(s.ended)
		}
	}
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

// answerAll takes datagrams, whose ever they are, and answers each.
func (s *Server) answerAll() error {
	// One byte more than asked for: a datagram that reaches it was longer.
	buffer := make([]byte, s.o.Buffer+1)
	for answered := 0; s.o.MaxClients == 0 || answered < s.o.MaxClients; {
		n, client, err := s.read(buffer)
		switch {
		case err != nil && s.halted():
			return nil
		case err != nil:
			return fmt.Errorf("read on udp %v: %w", s.Addr(), err)
		case s.admit(n, client):
			answered++
			s.answer(buffer[:min(n, s.o.Buffer)], client)
		}
	}
	return nil
}

// read waits for the next datagram: a message, and whose it is. When the
// system has no memory, that may pass, and read tries again.
func (s *Server) read(buffer []byte) (int, net.Addr, error) {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		s.pause(s.o.Pause)
		if s.halted() {
			_ = s.socket.SetReadDeadline(time.Now().Add(settle)) // a closed socket fails below
		}
		n, client, err := s.socket.ReadFrom(buffer)
		if err == nil || !temporary(err) || s.halted() {
			return n, client, err
		}
		s.stats.errors.Add(1)
		s.o.Log.Warn("read again", "in", wait, "because", err)
		s.pause(wait)
	}
}

// admit says whether a datagram of n bytes may be answered, and counts it.
func (s *Server) admit(n int, client net.Addr) bool {
	s.stats.read(min(n, s.o.Buffer))
	if n > s.o.Buffer {
		s.stats.truncated.Add(1)
	}
	long := s.o.MaxMessage > 0 && n > s.o.MaxMessage
	if long || s.answersBack(client) {
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

// windowsTooLong is Windows' WSAEMSGSIZE. No other system has that number.
const windowsTooLong = syscall.Errno(10040)

// temporary says whether an error may pass. Windows calls it an error when a
// datagram is longer than the buffer.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.Is(err, windowsTooLong) || errors.As(err, &t) && t.Temporary()
}
