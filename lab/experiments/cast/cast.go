// Package cast is the lesson "Broadcast and multicast". What it tells is in en.md and ko.md.
package cast

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "cast",
	Also:  []string{"broadcast", "multicast", "unicast"},
	Prose: experiments.Read("cast"),
	Place: experiments.OnSystem,
	Run:   experiments.InTurn(reachAll, rows),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.SentToMany},
		Together: true,
	},
	Claims: castClaims,
}

// receivers is how many sockets wait for what is sent to many.
const receivers = 3

// message is what is sent to them.
var message = []byte("to whom it may concern")

// Addresses that never leave the machine: the broadcast address of the
// loopback network, and a group of the organisation-local scope (RFC 2365).
var (
	unicastTo   = net.IPv4(127, 0, 0, 1)
	broadcastTo = net.IPv4(127, 255, 255, 255)
	multicastTo = net.IPv4(239, 255, 77, 77)
)

// reached is who got what one transport sent: how many receivers, or what the
// system said.
type reached struct{ unicast, broadcast, multicast result.Value }

var rows = []experiments.Row[reached]{
	{
		ID: "unicast", Label: "Unicast", Unit: "receivers", Headline: true, Basis: text.Say("one address, one socket"),
		Cell: func(_ testbed.Transport, r reached) result.Cell { return result.Measured(r.unicast).ExpectExactly(1) },
	},
	{
		ID: "broadcast", Label: "Broadcast", Unit: "receivers", Headline: true,
		Basis: text.Say("every socket on the port gets a copy (RFC 919); " +
			"TCP has two ends, and Linux finds no route for it (connect(2))"),
		Cell: func(t testbed.Transport, r reached) result.Cell { return expectMany(t, r.broadcast) },
	},
	{
		ID: "multicast", Label: "Multicast", Unit: "receivers", Headline: true,
		Basis: text.Say("every socket that joined gets a copy (RFC 1112); " +
			"TCP has two ends, and Linux finds no route for it (connect(2))"),
		Cell: func(t testbed.Transport, r reached) result.Cell { return expectMany(t, r.multicast) },
	},
}

// expectMany is a cell of what was sent to many: without a connection all
// receivers get it, and a connection cannot be opened. How the system says that is
// known of Linux.
func expectMany(t testbed.Transport, v result.Value) result.Cell {
	switch c := result.Measured(v); {
	case !t.Connected:
		return c.ExpectExactly(receivers)
	case runtime.GOOS == "linux":
		return c.ExpectWord(probe.SystemPhrase(syscall.ENETUNREACH))
	default:
		return c
	}
}

// reachAll sends to one, to all and to a group.
func reachAll(ctx context.Context, b *testbed.Bench, t testbed.Transport) (r reached, err error) {
	if r.unicast, err = reach(ctx, b.Attempt(0), t, unicastTo); err != nil {
		return r, fmt.Errorf("unicast: %w", err)
	}
	if r.broadcast, err = reach(ctx, b.Attempt(1), t, broadcastTo); err != nil {
		return r, fmt.Errorf("broadcast: %w", err)
	}
	if r.multicast, err = reach(ctx, b.Attempt(2), t, multicastTo); err != nil {
		return r, fmt.Errorf("multicast: %w", err)
	}
	return r, nil
}

// reach sends once to an address and counts who gets it, or tells the error.
func reach(ctx context.Context, b *testbed.Bench, t testbed.Transport, to net.IP) (v result.Value, failed error) {
	if t.Connected {
		return connectTo(ctx, b, t, to)
	}
	if b.Driver.Wired {
		return reachOverWire(ctx, b, to)
	}
	sockets, err := openReceivers(func(port int) (net.PacketConn, error) { return listenOne(ctx, to, port) })
	defer closeAll(sockets, &failed)
	if err != nil {
		return result.Word(probe.SystemPhrase(err)), nil // the system cannot: that is an answer, too
	}
	sender, err := net.ListenUDP("udp4", &net.UDPAddr{IP: unicastTo})
	if err != nil {
		return result.Value{}, fmt.Errorf("open the sender: %w", err)
	}
	defer probe.Close(sender, &failed)
	address := &net.UDPAddr{IP: to, Port: int(probe.PortOf(sockets[0].LocalAddr()))}
	if _, err := sender.WriteToUDP(message, address); err != nil {
		return result.Word(probe.SystemPhrase(err)), nil
	}
	return countReached(sockets)
}

// connectTo dials an address as TCP has to, with a server listening on the
// port, so that only the address can be at fault.
func connectTo(ctx context.Context, b *testbed.Bench, t testbed.Transport, to net.IP) (v result.Value, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		return v, err
	}
	defer probe.Close(s, &err)
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if b.Driver.Wired {
		to = overWire(to, s.Network.Server().Addr())
	}
	address := net.JoinHostPort(to.String(), fmt.Sprint(probe.PortOf(s.Server.Addr())))
	conn, err := s.Network.Client().DialContext(ctx, t.Network, address)
	if err != nil {
		return result.Word(probe.SystemPhrase(err)), nil
	}
	return result.Num(1), conn.Close()
}

// openReceivers opens the receivers. Those of a broadcast or of a group share the
// port of the first; a single address has one port for each, of which the first is
// addressed.
func openReceivers(open func(port int) (net.PacketConn, error)) (sockets []net.PacketConn, err error) {
	port := 0
	for range receivers {
		s, err := open(port)
		if err != nil {
			return sockets, err
		}
		sockets = append(sockets, s)
		port = int(probe.PortOf(sockets[0].LocalAddr()))
	}
	return sockets, nil
}

// closeAll closes sockets when a function returns, as probe.Close does.
func closeAll(sockets []net.PacketConn, err *error) {
	for _, s := range sockets {
		probe.Close(s, err)
	}
}

// listenOne opens a receiver on this machine.
func listenOne(ctx context.Context, to net.IP, port int) (net.PacketConn, error) {
	switch {
	case to.IsMulticast():
		lo, err := loopback()
		if err != nil {
			return nil, err
		}
		return net.ListenMulticastUDP("udp4", lo, &net.UDPAddr{IP: to, Port: port})
	case to.Equal(unicastTo):
		return net.ListenUDP("udp4", &net.UDPAddr{IP: to})
	}
	config := net.ListenConfig{Control: shareAddress}
	return config.ListenPacket(ctx, "udp4", fmt.Sprintf("0.0.0.0:%d", port))
}

// loopback finds the interface of 127.0.0.1.
func loopback() (*net.Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			return &i, nil
		}
	}
	return nil, errors.New("no loopback interface")
}

// countReached counts the sockets that have something to read. Loopback
// delivers before the write returns; the deadline is for slow systems.
func countReached(sockets []net.PacketConn) (result.Value, error) {
	reached := 0
	for _, s := range sockets {
		if err := s.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
			return result.Value{}, err
		}
		_, _, err := s.ReadFrom(make([]byte, 100))
		switch {
		case err == nil:
			reached++
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return result.Value{}, err
		}
	}
	return result.Num(reached), nil
}
