package tcp

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// This file is one connection's life at the server. It has no twin: UDP's
// server reads and answers, and knows nobody.

// attend talks with a client until one of both has enough.
func (s *Server) attend(conn net.Conn) {
	client := conn.RemoteAddr()
	s.o.Log.Info("client connected", "client", client)
	err := s.converse(conn)
	if err == nil {
		part(conn)
	}
	s.dismiss(conn)
	switch {
	case err == nil:
		s.o.Log.Info("client disconnected", "client", client)
		return
	case s.halted(): // the server's own doing, which looks like a timeout
		err = errStopping
	case s.o.IdleTimeout > 0 && timedOut(err):
		s.stats.idle.Add(1)
		err = errIdle
	default:
		s.stats.errors.Add(1)
	}
	s.o.Log.Info("client disconnected", "client", client, "because", err)
}

// Why a client that did nothing wrong is disconnected, for the log.
var (
	errStopping = errors.New("the server stops")
	errIdle     = errors.New("it was idle for too long")
)

// converse reads and answers until the client has nothing more to say.
func (s *Server) converse(conn net.Conn) error {
	if s.o.Service == Hello {
		return s.write(conn, []byte(Greeting))
	}
	buffer := s.buffers.Get().(*[]byte)
	defer s.buffers.Put(buffer)
	for {
		n, err := s.read(conn, *buffer)
		if err := s.write(conn, s.o.Service.answer((*buffer)[:n])); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil // half of the connection: the answers still got out
		}
		if err != nil || s.o.Once {
			return err
		}
	}
}

// read waits for bytes of a client: some, not a message.
func (s *Server) read(conn net.Conn, buffer []byte) (int, error) {
	s.pause(s.o.Pause)
	if s.o.IdleTimeout > 0 {
		_ = conn.SetReadDeadline(time.Now().Add(s.o.IdleTimeout)) // a closed connection fails below
	}
	// After the line above, so that hurry's deadline is never undone.
	if s.halted() {
		_ = conn.SetReadDeadline(time.Now().Add(settle)) // as above
	}
	n, err := conn.Read(buffer)
	s.stats.read(n)
	return n, err
}

// write sends an answer. A client that does not take it waits in vain for
// more: TCP's flow control holds the server up.
func (s *Server) write(conn net.Conn, answer []byte) error {
	if len(answer) == 0 {
		return nil
	}
	if s.o.IdleTimeout > 0 {
		_ = conn.SetWriteDeadline(time.Now().Add(s.o.IdleTimeout)) // a closed connection fails below
	}
	n, err := conn.Write(answer)
	s.stats.wrote(n)
	return err
}

// part says goodbye first and hears the client out for a moment. Without
// that, what the client sent in vain would turn the goodbye into a reset
// (RFC 9293 3.6.1, RFC 2525 2.17), which can overtake the last answer.
func part(conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	if conn.SetReadDeadline(time.Now().Add(settle)) == nil {
		_, _ = io.Copy(io.Discard, conn) // its end is all that matters
	}
}

// dismiss closes a client's connection.
func (s *Server) dismiss(conn net.Conn) {
	_ = conn.Close() // whatever it says, the connection is over
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	s.stats.active.Add(-1)
}

// timedOut says whether a deadline passed.
func timedOut(err error) bool {
	var t net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}
