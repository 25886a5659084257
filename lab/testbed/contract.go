// Package testbed is what experiments run on: two hosts with a network between
// them, a server and a client of a transport on it, and the messages that these
// exchange.
//
// Read this file first. It is the contract of the whole lab: a Network has two
// Hosts, a Transport opens a Server on one of them and a Client on the other, and
// experiments use nothing else. Transports are in lab/transports, networks below
// lab/networks.
//
// Then read session.go (a network with a server and a client), workload.go (which
// messages are sent), exchange.go (how they are sent and what comes back),
// timeouts.go (how long to wait for them), bench.go and driver.go (what an
// experiment is given), delay.go (whether the machine was too busy to measure),
// and seed.go and job.go (one run as values).
package testbed

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Server is an echo server that already listens when it is made.
type Server interface {
	// Addr is where it listens, with the real port.
	Addr() net.Addr
	// Serve answers clients until Shutdown or Close, and then returns nil.
	Serve() error
	// Shutdown stops taking clients, answers what was received, and returns
	// when that is done or ctx ends.
	Shutdown(ctx context.Context) error
	// Close stops at once. Serve and all its goroutines have ended on return.
	Close() error
}

// Client is one end of a conversation with an echo server. One goroutine may
// send while another receives.
type Client interface {
	// Send sends one message.
	Send(message []byte) error
	// Receive waits for one message, puts it into buf and returns its length.
	// A message longer than buf is an error, and what did not fit is gone.
	Receive(buf []byte) (int, error)
	// SetDeadline bounds Send and Receive; past it they return an error that
	// is os.ErrDeadlineExceeded.
	SetDeadline(t time.Time) error
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
	Close() error
}

// Host is a machine that sockets can be opened on. Its methods have the
// signatures of net.ListenConfig and net.Dialer.
type Host interface {
	// Addr is the host's own address on its network.
	Addr() netip.Addr
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error)
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Network is two hosts and the wire between them. Close ends every
// conversation on it and leaves nothing behind.
type Network interface {
	Name() string // "localhost", "kernel", "virtual", "simulated"
	Client() Host
	Server() Host
	Close() error
}

// Transport is a protocol as a value: experiments loop over a slice of
// transports and never ask which one they hold.
type Transport struct {
	Name    string // the key of its results: "tcp", "udp"
	Network string // the network word of package net: "tcp", "udp"
	Stream  bool   // bytes without boundaries, as opposed to datagrams
	Framing int    // bytes that it puts before every message
	// What the transport promises, and so what theory expects of it.
	Reliable  bool // delivers every message, in order, once
	Connected bool // needs a handshake before data may flow
	Listen    func(ctx context.Context, host Host, address string, o ServerOptions) (Server, error)
	Dial      func(ctx context.Context, host Host, address string, o ClientOptions) (Client, error)
}

// ServerOptions is what an experiment may ask of a server. The zero value is
// a concurrent echo server.
type ServerOptions struct {
	Service    string        // "echo", "discard", "upper" or "hello"; "" is echo
	Iterative  bool          // one client at a time
	MaxClients int           // stop after that many clients; 0 never does
	Buffer     int           // bytes a read takes at most; 0 is the transport's default
	Pause      time.Duration // the wait before every read, for a slow reader
}

// ClientOptions is what an experiment may ask of a client.
type ClientOptions struct {
	Raw bool // no frames: what a plain socket would send and receive
}
