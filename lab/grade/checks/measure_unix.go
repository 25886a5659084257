//go:build unix

package checks

import (
	"context"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sys/unix"

	"echolab/lab/text"
)

// rawServer is a TCP socket of a server, call by call.
type rawServer struct{ fd int }

func newRawServer() (*rawServer, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	unix.CloseOnExec(fd)
	return &rawServer{fd}, nil
}

func (s *rawServer) bind() (string, error) {
	if err := unix.Bind(s.fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return "", err
	}
	name, err := unix.Getsockname(s.fd)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port), nil
}

func (s *rawServer) close() { _ = unix.Close(s.fd) }

// connects reports whether a client can connect now.
func connects(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp4", address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// measureFirstConnect tries to connect after each call of the server. (After
// socket alone there is no address to connect to.)
func measureFirstConnect(ctx context.Context) (string, text.Message, error) {
	s, err := newRawServer()
	if err != nil {
		return "", text.Message{}, err
	}
	defer s.close()
	address, err := s.bind()
	if err != nil {
		return "", text.Message{}, err
	}
	if connects(ctx, address) {
		return "b", text.Say("After bind, connect succeeded."), nil
	}
	if err := unix.Listen(s.fd, 1); err != nil {
		return "", text.Message{}, err
	}
	if connects(ctx, address) {
		return "c", text.Say("After bind, connect was refused; after listen it succeeded, without any accept."), nil
	}
	return "d", text.Say("After listen, connect still did not succeed."), nil
}

// measureQueue connects to a server that never accepts.
func measureQueue(ctx context.Context) (string, text.Message, error) {
	s, err := newRawServer()
	if err != nil {
		return "", text.Message{}, err
	}
	defer s.close()
	address, err := s.bind()
	if err == nil {
		err = unix.Listen(s.fd, 1)
	}
	if err != nil {
		return "", text.Message{}, err
	}
	limited, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(limited, "tcp4", address)
	switch {
	case errors.Is(err, unix.ECONNREFUSED):
		return "a", text.Say("connect was refused."), nil
	case err != nil:
		return "b", text.Say("connect did not return while accept was not called."), nil
	}
	_ = c.Close()
	return "c", text.Say("connect returned although accept was never called."), nil
}

// measureClientPort asks a client's socket for its port after each call.
func measureClientPort(ctx context.Context) (string, text.Message, error) {
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", text.Message{}, err
	}
	defer func() { _ = listener.Close() }()
	client, err := newRawServer() // a socket like any other
	if err != nil {
		return "", text.Message{}, err
	}
	defer client.close()
	port := func() int {
		name, err := unix.Getsockname(client.fd)
		if in4, ok := name.(*unix.SockaddrInet4); ok && err == nil {
			return in4.Port
		}
		return 0
	}
	if p := port(); p != 0 {
		return "a", text.Sayf("After socket, the port was %d.", p), nil
	}
	to := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: listener.Addr().(*net.TCPAddr).Port}
	if err := unix.Connect(client.fd, to); err != nil {
		return "", text.Message{}, err
	}
	if p := port(); p != 0 {
		return "b", text.Sayf("After socket, the port was 0; after connect it was %d.", p), nil
	}
	return "d", text.Say("After connect, there was no port yet."), nil
}
