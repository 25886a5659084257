package tcp

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// This file is one connection's life at the server. It has no twin: the UDP
// server holds no connections.

// serveConn answers one client until the client or the server ends the
// connection.
func (s *Server) serveConn(conn net.Conn) {
	client := conn.RemoteAddr()
	s.o.Log.Info("client connected", "client", client)
	err := s.echoLoop(conn)
	if err == nil {
		lingerClose(conn)
	}
	s.removeConn(conn)
	switch {
	case err == nil:
		s.o.Log.Info("client disconnected", "client", client)
		return
	case s.stopped(): // the server's own deadline, which looks like a timeout
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

// echoLoop reads and answers until the client closes its half.
func (s *Server) echoLoop(conn net.Conn) error {
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
			return nil // the client's half is closed; the answers have been written
		}
		if err != nil || s.o.Once {
			return err
		}
	}
}

// read waits for bytes of a client. How many it gets has nothing to do with
// the client's writes.
func (s *Server) read(conn net.Conn, buffer []byte) (int, error) {
	s.pause(s.o.Pause)
	if s.o.IdleTimeout > 0 {
		_ = conn.SetReadDeadline(time.Now().Add(s.o.IdleTimeout)) // a closed connection fails below
	}
	// This comes after the idle timeout, so that drain's deadline is never undone.
	if s.stopped() {
		_ = conn.SetReadDeadline(time.Now().Add(quietPeriod)) // as above
	}
	n, err := conn.Read(buffer)
	s.stats.read(n)
	return n, err
}

// write sends an answer. It blocks while the client reads nothing: TCP's flow
// control holds the server up.
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

// lingerClose closes the server's half and reads for a moment longer. If the
// server closed with bytes of the client unread, its system would send a reset
// (RFC 9293 3.6.1, RFC 2525 2.17), and a reset can destroy the last answer.
func lingerClose(conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	if conn.SetReadDeadline(time.Now().Add(quietPeriod)) == nil {
		_, _ = io.Copy(io.Discard, conn) // only the end of the stream matters
	}
}

// removeConn closes a client's connection and forgets it.
func (s *Server) removeConn(conn net.Conn) {
	_ = conn.Close() // the connection is over, also if closing it fails
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
