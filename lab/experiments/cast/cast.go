// Package cast is the lesson "One to many". What it tells is in en.md and ko.md.
package cast

import (
	"context"
	"embed"

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
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "cast",
	Also:  []string{"broadcast", "multicast", "unicast"},
	Prose: experiments.Read(pages),
	Place: experiments.OnSystem,
	Run:   runCast,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.SentToMany},
		Together: true,
	},
	Claims: castClaims,
}

// receivers listen for what is sent to many.
const receivers = 3

// Addresses that never leave the machine: the broadcast address of the
// loopback network, and a group of the organisation-local scope (RFC 2365).
var (
	unicastTo   = net.IPv4(127, 0, 0, 1)
	broadcastTo = net.IPv4(127, 255, 255, 255)
	multicastTo = net.IPv4(239, 255, 77, 77)
)

func runCast(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	unicast := result.Row("unicast", "Unicast", "receivers")
	broadcast := result.Row("broadcast", "Broadcast", "receivers")
	multicast := result.Row("multicast", "Multicast", "receivers")
	rows := []*result.Measurement{unicast, broadcast, multicast}
	for i, to := range []net.IP{unicastTo, broadcastTo, multicastTo} {
		row := rows[i]
		for _, t := range b.Transports {
			reached, err := reach(ctx, b.Attempt(i), t, to)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", t.Name, row.ID, err)
			}
			row.Set(t.Name, reached)
			switch {
			case row == unicast:
				row.ExpectExactly(t.Name, 1)
			case !t.Connected:
				row.ExpectExactly(t.Name, receivers)
			case runtime.GOOS == "linux":
				row.ExpectWord(t.Name, probe.SystemPhrase(syscall.ENETUNREACH))
			}
		}
	}
	unicast.Because("one address, one socket")
	broadcast.Because("every socket on the port gets a copy (RFC 919); TCP has two ends, and Linux finds no route for it (connect(2))")
	multicast.Because("every socket that joined gets a copy (RFC 1112); TCP has two ends, and Linux finds no route for it (connect(2))")
	return result.Rows(3, rows...), nil
}

// reach sends once to an address and counts who gets it, or tells the error.
func reach(ctx context.Context, b *testbed.Bench, t testbed.Transport, to net.IP) (v result.Value, failed error) {
	if t.Connected {
		return connectTo(ctx, b, t, to)
	}
	if b.Driver.Wired {
		return reachOverWire(ctx, b, to)
	}
	sockets, port, err := listenMany(ctx, to)
	defer func() {
		for _, s := range sockets {
			probe.Close(s, &failed)
		}
	}()
	if err != nil {
		return result.Word(probe.SystemPhrase(err)), nil // the system cannot: that is an answer, too
	}
	sender, err := net.ListenUDP("udp4", &net.UDPAddr{IP: unicastTo})
	if err != nil {
		return result.Value{}, fmt.Errorf("open the sender: %w", err)
	}
	defer probe.Close(sender, &failed)
	if _, err := sender.WriteToUDP([]byte("to whom it may concern"), &net.UDPAddr{IP: to, Port: port}); err != nil {
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

// listenMany opens the receivers. For one host they are on ports of their own
// and only the first is addressed; for many they share a port.
func listenMany(ctx context.Context, to net.IP) (sockets []net.PacketConn, port int, err error) {
	for range receivers {
		s, err := listenOne(ctx, to, port)
		if err != nil {
			return sockets, 0, err
		}
		sockets = append(sockets, s)
		if port == 0 {
			port = s.LocalAddr().(*net.UDPAddr).Port
		}
	}
	return sockets, port, nil
}

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
