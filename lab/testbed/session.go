package testbed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"echolab/lab/wire"
)

// Session is a network with an echo server on one host and a client on the other.
type Session struct {
	Network Network
	Server  Server
	Client  Client
	Connect time.Duration // how long dialing took

	serving chan error
}

// Start opens a network, starts transport t's server on it and dials it. All of
// that may take half as long as the longest exchange: the handshake may lose
// packets.
func (b *Bench) Start(
	ctx context.Context, t Transport, so ServerOptions, co ClientOptions, tap wire.Tap,
) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, b.Driver.longest()/2)
	defer cancel()
	n, err := b.Open(ctx, tap)
	if err != nil {
		return nil, err
	}
	s := &Session{Network: n}
	if err := s.start(ctx, t, so); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	began := time.Now()
	client, err := t.Dial(ctx, n.Client(), s.Server.Addr().String(), co)
	s.Connect = time.Since(began)
	if err != nil { // client may be a nil pointer then, which is a Client that is not nil
		err = &DialError{Transport: t.Name, Server: s.Server.Addr().String(), After: s.Connect, Err: cause(err)}
		return nil, errors.Join(err, s.Close())
	}
	s.Client = client
	return s, nil
}

// DialError is the error of a client that did not reach its server.
type DialError struct {
	Transport string
	Server    string        // its address
	After     time.Duration // how long the client tried
	Err       error         // what the network said
}

// Error names the step, the server and the reason.
func (e *DialError) Error() string {
	return fmt.Sprintf("dial %s echo server %s: %v", e.Transport, e.Server, e.Err)
}

// Unwrap is the reason.
func (e *DialError) Unwrap() error { return e.Err }

// Timeout reports whether no answer came in time. On a wire that loses packets
// that is a result and no failure.
func (e *DialError) Timeout() bool {
	var timeout interface{ Timeout() bool }
	return errors.As(e.Err, &timeout) && timeout.Timeout()
}

// cause is what the host's network said, without the errors around it, which
// name the same address again.
func cause(err error) error {
	var step *net.OpError
	if errors.As(err, &step) {
		return step.Err
	}
	return err
}

// start listens on the server host and serves until Close.
func (s *Session) start(ctx context.Context, t Transport, o ServerOptions) error {
	address := s.Network.Server().Addr().String() + ":0"
	server, err := t.Listen(ctx, s.Network.Server(), address, o)
	if err != nil {
		return fmt.Errorf("start %s echo server on %s: %w", t.Name, address, err)
	}
	s.Server, s.serving = server, make(chan error, 1)
	go func() { s.serving <- server.Serve() }()
	return nil
}

// Close ends the conversation, the server and the network, and waits for all
// three. It returns the first error of closing, or what made serving fail.
func (s *Session) Close() error {
	var first error
	keep := func(step string, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", step, err)
		}
	}
	if s.Client != nil {
		keep("close the client", s.Client.Close())
	}
	if s.Server != nil {
		keep("close the server", s.Server.Close())
		keep("serve", <-s.serving)
	}
	keep("close the network", s.Network.Close())
	return first
}
