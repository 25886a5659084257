//go:build !wasip1

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"echolab/lab/testbed"
	"echolab/tcp"
	"echolab/udp"
)

// portTries is how many times "serve both" looks for a port that is free for
// TCP and UDP alike.
const portTries = 16

// serving is what "lab serve" was asked for.
type serving struct {
	addr      string
	mode      string
	service   string
	logFormat string
	grace     time.Duration
	tcp       tcp.ServerOptions
	udp       udp.ServerOptions
}

func newServe(t *terminal) *cobra.Command {
	s := serving{
		addr: "127.0.0.1:9000", mode: "concurrent", service: "echo", logFormat: "text", grace: 800 * time.Millisecond,
	}
	transports := []string{"tcp", "udp", "both"}
	cmd := &cobra.Command{
		Use:   "serve tcp|udp|both",
		Short: "run the echo servers",
		Long: "Run an echo server. The first line on standard output is the address that it\n" +
			"listens on (both: TCP's line, then UDP's, with one port); clients that come\n" +
			"and go are logged on standard error. Ctrl-C answers what was received and\n" +
			"ends; a second Ctrl-C ends at once.",
		Example: "  lab serve tcp\n" +
			"  lab serve both --addr 127.0.0.1:0\n" +
			"  lab serve tcp --mode iterative --once --buffer 1024",
		ValidArgs: transports,
		Args:      oneOf("transport", transports),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := s.check(cmd, args[0]); err != nil {
				return err
			}
			return s.run(cmd.Context(), t, args[0])
		},
	}
	s.flags(cmd)
	return cmd
}

func (s *serving) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false // the order of use
	f.Var(anyText(&s.addr, "HOST:PORT"), "addr", "where to listen; port 0 picks one that is free")
	choice(cmd, &s.mode, "mode", "MODE", "how many clients a TCP server talks to at a time", "concurrent", "iterative")
	f.BoolVar(&s.tcp.Once, "once", false, "read once, answer once and close the connection")
	f.Var(number(&s.tcp.MaxClients, "N", 0, math.MaxInt32), "max-clients",
		"end after N clients, or N datagrams for UDP; 0 never")
	f.Var(number(&s.tcp.Buffer, "BYTES", 0, 1<<30), "buffer", "how much a read takes at most; 0 stands for 65536")
	choice(cmd, &s.service, "service", "NAME", "what is answered", "echo", "discard", "upper", "hello")
	f.Var(number(&s.tcp.Backlog, "N", 0, math.MaxInt32), "backlog",
		"how many TCP connections may wait to be accepted; 0 is the system's maximum")
	f.Var(period(&s.tcp.IdleTimeout, 0), "idle-timeout", "close a TCP connection that is idle for this long; 0s never")
	f.Var(number(&s.tcp.MaxConnections, "N", 0, math.MaxInt32), "max-connections",
		"how many TCP clients may be connected at the same time; 0 is no limit")
	f.Var(number(&s.udp.MaxMessage, "BYTES", 0, 1<<16), "max-message", "do not answer a longer datagram; 0 is no limit")
	f.Var(period(&s.grace, 0), "grace", "how long stopping may take until clients are cut off")
	choice(cmd, &s.logFormat, "log-format", "FORMAT", "how standard error is written", "text", "json")
}

// check refuses what cannot act on the transport, and hands on what both know.
func (s *serving) check(cmd *cobra.Command, transport string) error {
	if _, _, err := net.SplitHostPort(s.addr); err != nil {
		return misusef("--addr HOST:PORT, such as 127.0.0.1:9000 or :9000 for all addresses",
			"--addr %s: not a host and a port", s.addr)
	}
	for _, ignored := range []struct{ transport, flag, reason string }{
		{"tcp", "max-message", "a TCP server sees bytes and not messages"},
		{"udp", "backlog", "UDP has no connections"},
		{"udp", "idle-timeout", "UDP has no connections"},
		{"udp", "max-connections", "UDP has no connections"},
	} {
		if transport == ignored.transport && cmd.Flags().Changed(ignored.flag) {
			return misusef("leave it out, or: lab serve both",
				"--%s does nothing for %s: %s", ignored.flag, transport, ignored.reason)
		}
	}
	s.tcp.Iterative = s.mode == "iterative"
	s.tcp.Service, s.udp.Service = tcp.Service(s.service), udp.Service(s.service)
	s.udp.Iterative, s.udp.Once = s.tcp.Iterative, s.tcp.Once
	s.udp.MaxClients, s.udp.Buffer = s.tcp.MaxClients, s.tcp.Buffer
	return nil
}

// server is one of the running servers.
type server struct {
	testbed.Server
	name  string
	stats func() tcp.Stats // the twins count the same things
}

// run serves until ctx ends, every server has had its --max-clients, or one
// fails.
func (s *serving) run(ctx context.Context, t *terminal, transport string) error {
	log := logger(t, s.logFormat)
	servers, err := s.listen(ctx, log, transport)
	if err != nil {
		return listenTrouble(transport, s.addr, err)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, server := range servers {
		if _, err := fmt.Fprintln(t.out, server.Addr()); err != nil {
			g.Go(func() error { return err }) // without its address the server is of no use
		}
	}
	for _, server := range servers {
		s.invite(t, server)
		g.Go(func() error { return s.serve(ctx, log, server) })
	}
	return g.Wait()
}

// invite tells the user of a terminal how to try a server.
func (s *serving) invite(t *terminal, server server) {
	if !isTerminal(t.err) {
		return
	}
	at, err := netip.ParseAddrPort(server.Addr().String())
	if err != nil {
		return
	}
	if at.Addr().IsUnspecified() { // it listens on all addresses
		at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	}
	t.sayf("this is %s (%s); to try it in another terminal: lab send %s %v; Ctrl-C ends",
		server.name, s.service, server.name, at)
}

// serve runs one server to its end and tells what it did.
func (s *serving) serve(ctx context.Context, log *slog.Logger, server server) error {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			log.Warn("clients were cut off", "transport", server.name, "because", err)
		}
	})
	err := server.Serve()
	if !stop() {
		<-stopped
	}
	server.Close() //nolint:errcheck // Serve has told what went wrong
	n := server.stats()
	log.Info("server stopped", "transport", server.name,
		"connections", n.Connections, "refused", n.Refused, "idle", n.Idle, "reads", n.Reads, "writes", n.Writes,
		"bytes_in", n.BytesIn, "bytes_out", n.BytesOut, "truncated", n.Truncated, "errors", n.Errors)
	return err
}

// listen opens the servers that were asked for.
func (s *serving) listen(ctx context.Context, log *slog.Logger, transport string) ([]server, error) {
	switch transport {
	case "tcp":
		one, err := s.listenTCP(ctx, log)
		return []server{one}, err
	case "udp":
		one, err := s.listenUDP(ctx, log, s.addr)
		return []server{one}, err
	}
	for tries := portTries; ; tries-- {
		one, err := s.listenTCP(ctx, log)
		if err != nil {
			return nil, err
		}
		other, err := s.listenUDP(ctx, log, s.withPortOf(one.Addr()))
		if err == nil {
			return []server{one, other}, nil
		}
		one.Close() //nolint:errcheck // it never served
		if tries == 1 || !inUse.in(err) || !s.anyPort() {
			return nil, err
		}
	}
}

func (s *serving) listenTCP(ctx context.Context, log *slog.Logger) (server, error) {
	o := s.tcp
	o.Log = log.With("transport", "tcp")
	one, err := tcp.Listen(ctx, tcp.System{}, s.addr, o)
	if err != nil {
		return server{}, err
	}
	return server{one, "tcp", one.Stats}, nil
}

func (s *serving) listenUDP(ctx context.Context, log *slog.Logger, addr string) (server, error) {
	o := s.udp
	o.Log = log.With("transport", "udp")
	one, err := udp.Listen(ctx, udp.System{}, addr, o)
	if err != nil {
		return server{}, err
	}
	return server{one, "udp", func() tcp.Stats { return tcp.Stats(one.Stats()) }}, nil
}

// withPortOf is the address that was asked for, with the port that was got.
func (s *serving) withPortOf(got net.Addr) string {
	host, _, _ := net.SplitHostPort(s.addr)
	_, port, _ := net.SplitHostPort(got.String())
	return net.JoinHostPort(host, port)
}

// anyPort says whether the user left the port to the system.
func (s *serving) anyPort() bool {
	_, port, _ := net.SplitHostPort(s.addr)
	n, err := strconv.Atoi(port)
	return err == nil && n == 0
}

// listenTrouble says what to do about a server that cannot be opened.
func listenTrouble(transport, addr string, err error) error {
	hint := "--addr HOST:PORT names one of this machine's own addresses"
	var port *net.AddrError
	switch {
	case errors.As(err, &port):
		return misusef("a port is a number from 0 to 65535", "--addr %s: %s", addr, port.Err)
	case errors.Is(err, errors.ErrUnsupported):
		hint = "leave --backlog out on this system"
	case inUse.in(err):
		hint = "another program has that port; --addr 127.0.0.1:0 picks one that is free"
	case forbidden.in(err):
		hint = "ports below 1024 need privileges; --addr 127.0.0.1:0 picks another"
	}
	return misusef(hint, "listen on %s %s: %w", transport, addr, rootCause(err))
}

// logger writes what happens to standard error.
func logger(t *terminal, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(t.err, nil))
	}
	return slog.New(slog.NewTextHandler(t.err, nil))
}
