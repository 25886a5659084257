//go:build !wasip1

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/spf13/cobra"

	"echolab/tcp"
	"echolab/udp"
)

// sending is what "lab send" was asked for.
type sending struct {
	transport string
	address   string
	framed    bool
	timeout   time.Duration
	count     int
	bind      string
	source    netip.AddrPort // what bind says
	watch     stopwatch
}

func newSend(t *terminal) *cobra.Command {
	s := sending{timeout: 3 * time.Second, count: 1}
	cmd := &cobra.Command{
		Use:   "send tcp|udp HOST:PORT [MESSAGE]",
		Short: "send a message; without one, a prompt (Q quits)",
		Long: "Send a message to an echo server and print its reply, which has to be the same\n" +
			"bytes. Without MESSAGE every line of standard input is one, until its end or a\n" +
			"line that is Q or q. TCP sends bare bytes and waits for as many, so it talks to\n" +
			"any echo server.",
		Example: "  lab send tcp 127.0.0.1:9000 hello\n" +
			"  lab send udp 127.0.0.1:9000\n" +
			"  lab send udp 127.0.0.1:9000 hello --count 5 --time\n" +
			"  seq 3 | lab send tcp 127.0.0.1:9000",
		Args: between(2, 3),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return []string{"tcp", "udp"}, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s.transport, s.address = args[0], args[1]
			if err := s.check(); err != nil {
				return err
			}
			return s.run(cmd.Context(), t, args[2:])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&s.framed, "framed", false, "send TCP messages as frames, each behind its length")
	f.Var(period(&s.timeout, time.Millisecond), "timeout", "how long to wait for the connection, and for each reply")
	f.Var(number(&s.count, "N", 1, math.MaxInt32), "count", "how many times to send each message")
	f.BoolVar(&s.watch.on, "time", false, "tell on standard error how long connecting and each reply took")
	f.Var(anyText(&s.bind, "ADDRESS"), "bind", "address of this machine to send from, with or without a port")
	return cmd
}

// check refuses what cannot be sent, before anything is.
func (s *sending) check() error {
	if err := known("transport", s.transport, []string{"tcp", "udp"}); err != nil {
		return err
	}
	if host, port, err := net.SplitHostPort(s.address); err != nil || host == "" || port == "" {
		return misusef("an address is HOST:PORT, such as 127.0.0.1:9000", "%s: not a host and a port", quoteBlank(s.address))
	}
	if s.framed && s.transport == "udp" {
		return misusef("leave it out: a datagram is a message already", "--framed does nothing for udp")
	}
	if s.bind == "" {
		return nil
	}
	source, err := netip.ParseAddrPort(s.bind)
	if err != nil {
		ip, err := netip.ParseAddr(s.bind)
		if err != nil {
			return misusef("--bind takes an IP address, such as 127.0.0.1 or 127.0.0.1:5000",
				"--bind %s: not an IP address", s.bind)
		}
		source = netip.AddrPortFrom(ip, 0)
	}
	s.source = source
	return nil
}

// run sends the message that was given, or what standard input brings.
func (s *sending) run(ctx context.Context, t *terminal, message []string) error {
	began := time.Now()
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer c.client.Close()    //nolint:errcheck // everything was received already
	if s.transport == "tcp" { // UDP has not sent anything yet
		s.watch.connected(t, c.peer, time.Since(began))
	}
	defer s.watch.sum(t)
	if len(message) == 1 {
		return s.repeat(ctx, t, c, []byte(message[0]))
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	lines, failed := readLines(reading, t)
	for {
		t.promptf("message (Q quits): ")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, more := <-lines:
			if !more {
				return <-failed
			}
			if err := s.repeat(ctx, t, c, line); err != nil {
				return err
			}
		}
	}
}

// repeat sends one message as often as asked and prints every reply. Where UDP
// lost one of several it goes on, and tells at the end how many are missing.
func (s *sending) repeat(ctx context.Context, t *terminal, c *conversation, message []byte) error {
	missing := 0
	for range s.count {
		began := time.Now()
		reply, err := c.exchange(ctx, message)
		took := time.Since(began)
		if len(reply) > 0 || err == nil {
			if _, err := fmt.Fprintf(t.out, "%s\n", reply); err != nil {
				return err
			}
		}
		s.watch.replied(t, len(reply), took, err)
		switch {
		case err == nil:
		case s.transport == "udp" && s.count > 1 && errors.Is(err, errNoReply):
			missing++
			t.sayf("%v", err)
		default:
			return err
		}
	}
	if missing > 0 {
		return failuref("UDP sends nothing again; --timeout waits longer",
			"%d of %d messages to %s had no reply", missing, s.count, c.peer)
	}
	return nil
}

// dial opens the conversation within the timeout.
func (s *sending) dial(ctx context.Context) (*conversation, error) {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	c := &conversation{peer: s.transport + " " + s.address, timeout: s.timeout}
	var err error
	if s.transport == "tcp" {
		c.exact = !s.framed
		c.client, err = tcp.Dial(bounded, tcp.System{Source: s.source}, s.address, tcp.ClientOptions{Raw: !s.framed})
	} else {
		c.client, err = udp.Dial(bounded, udp.System{Source: s.source}, s.address, udp.ClientOptions{})
	}
	if err != nil {
		return nil, s.dialTrouble(ctx, err)
	}
	return c, nil
}

// dialTrouble says what a failed dial means.
func (s *sending) dialTrouble(ctx context.Context, err error) error {
	var unresolved *net.DNSError
	var address *net.AddrError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &address):
		return misusef("a port is a number from 1 to 65535", "dial %s %s: %s", s.transport, s.address, address.Err)
	case errors.As(err, &unresolved):
		return misusef("an address is HOST:PORT, such as 127.0.0.1:9000",
			"dial %s %s: %w", s.transport, s.address, rootCause(err))
	case s.bind != "" && (notOurs.in(err) || inUse.in(err) || unusable.in(err)):
		return misusef("--bind takes a free address of this machine", "--bind %s: %w", s.bind, rootCause(err))
	case refused.in(err):
		return failuref("no server listens there; lab serve starts one",
			"dial %s %s: %w", s.transport, s.address, rootCause(err))
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return failuref("--timeout waits longer", "dial %s %s: no answer within %v", s.transport, s.address, s.timeout)
	}
	return failuref("", "dial %s %s: %w", s.transport, s.address, rootCause(err))
}
