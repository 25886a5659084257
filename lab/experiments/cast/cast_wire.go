package cast

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
)

// castPort is where the receivers listen, on a host that is theirs alone.
const castPort = 7007

// groupHost is a host on which several sockets may listen at one address.
type groupHost interface {
	ListenGroup(ctx context.Context, address netip.AddrPort) (net.PacketConn, error)
}

// overWire is the address that stands on a wire for one of this machine's: the
// host's own, the broadcast address of the hosts' network, or the same group.
func overWire(to net.IP, host netip.Addr) net.IP {
	switch {
	case to.Equal(unicastTo):
		return host.AsSlice()
	case to.Equal(broadcastTo):
		all := host.As4()
		all[3] = 255 // the hosts' network has 24 bits
		return all[:]
	}
	return to
}

// reachOverWire sends once to an address, and counts who answers.
func reachOverWire(ctx context.Context, b *testbed.Bench, to net.IP) (v result.Value, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return v, err
	}
	defer probe.Close(n, &err)
	sockets, err := openReceivers(func(int) (net.PacketConn, error) { return listenOnHost(ctx, n.Server(), to) })
	defer closeAll(sockets, &err)
	if err != nil {
		return result.Word(probe.SystemPhrase(err)), nil // the host cannot: that is an answer, too
	}
	sender, err := n.Client().ListenPacket(ctx, "udp", n.Client().Addr().String()+":0")
	if err != nil {
		return v, fmt.Errorf("open the sender: %w", err)
	}
	defer probe.Close(sender, &err)
	port := int(probe.PortOf(sockets[0].LocalAddr()))
	address := &net.UDPAddr{IP: overWire(to, n.Server().Addr()), Port: port}
	if _, err := sender.WriteTo(message, address); err != nil {
		return result.Word(probe.SystemPhrase(err)), nil
	}
	deadline := time.Now().Add(100*time.Millisecond + probe.RoundTrip(b.Conditions))
	reached, err := answerAll(sockets, deadline)
	if err != nil {
		return v, err
	}
	return result.Num(reached), receiveAll(sender, reached, deadline)
}

// listenOnHost opens a receiver on a host of a wire.
func listenOnHost(ctx context.Context, h testbed.Host, to net.IP) (net.PacketConn, error) {
	if to.Equal(unicastTo) {
		return h.ListenPacket(ctx, "udp", h.Addr().String()+":0")
	}
	many, ok := h.(groupHost)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	at := netip.IPv4Unspecified() // takes broadcasts, too
	if to.IsMulticast() {
		at = netip.AddrFrom4([4]byte(to.To4()))
	}
	return many.ListenGroup(ctx, netip.AddrPortFrom(at, castPort))
}

// answerAll lets every receiver answer what it got, and counts those that did.
func answerAll(sockets []net.PacketConn, deadline time.Time) (reached int, err error) {
	for _, s := range sockets {
		if err := s.SetDeadline(deadline); err != nil {
			return reached, err
		}
		buf := make([]byte, 100)
		n, from, err := s.ReadFrom(buf)
		if probe.IsTimeout(err) {
			continue
		}
		if err == nil {
			_, err = s.WriteTo(buf[:n], from)
		}
		if err != nil {
			return reached, fmt.Errorf("receiver: %w", err)
		}
		reached++
	}
	return reached, nil
}

// receiveAll waits until that many answers have come, or the deadline has.
func receiveAll(sender net.PacketConn, answers int, deadline time.Time) error {
	if err := sender.SetReadDeadline(deadline); err != nil {
		return err
	}
	for range answers {
		if _, _, err := sender.ReadFrom(make([]byte, 100)); err != nil {
			if probe.IsTimeout(err) {
				return nil
			}
			return fmt.Errorf("receive the answers: %w", err)
		}
	}
	return nil
}
