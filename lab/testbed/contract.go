// Package lab runs TCP and UDP side by side.
//
// This file is the contract between the bench and what stands on it: a
// Network gives two Hosts, a Transport puts a Server on one and a Client on
// the other, and the experiments only ever talk to these. Read it first, then
// workload.go (what is sent), exchange.go (how) and run.go (the whole).
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
	// when all is done or ctx ends.
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
	Name() string // "localhost", "kernel", "virtual"
	Client() Host
	Server() Host
	Close() error
}

// Transport is a protocol as a value: experiments loop over a slice of them
// and never ask which one they hold.
type Transport struct {
	Name    string // the key of its results: "tcp", "udp"
	Network string // the network word of package net: "tcp", "udp"
	Stream  bool   // bytes without boundaries, as opposed to datagrams
	Framing int    // bytes that it puts before every message
	// What it promises, and so what theory expects of it.
	Reliable  bool // resends what is lost, in order, once
	Connected bool // greets the peer before data may flow
	Listen    func(ctx context.Context, host Host, address string, o ServerOptions) (Server, error)
	Dial      func(ctx context.Context, host Host, address string, o ClientOptions) (Client, error)
}

// ServerOptions is what an experiment may ask of a server. The zero value is
// a concurrent echo server.
type ServerOptions struct {
	Service    string        // "echo", "discard", "upper" or "hello"; "" is echo
	Iterative  bool          // one client at a time
	MaxClients int           // stop after so many; 0 never does
	Buffer     int           // bytes a read takes at most; 0 is the transport's default
	Pause      time.Duration // wait this long before every read: a slow reader
}

// ClientOptions is what an experiment may ask of a client.
type ClientOptions struct {
	Raw bool // no frames: what a plain socket would send and receive
}
