package checks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/networks/virtual"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// What no loopback can show is found out on the network "virtual", which opens
// on every system: two stacks, and a wire on which packets can be watched.

// echoPort is the port of echo servers (RFC 862).
const echoPort = "7"

// measureCut sends a datagram that no packet of the wire can hold, and looks at
// what passes instead.
func measureCut(ctx context.Context) (string, text.Message, error) {
	const size = 4000 // bytes; three packets of Ethernet's size
	seen := capture.NewRecorder(100)
	n, err := virtual.Open(ctx, testbed.NetworkConfig{Wire: wire.Options{Tap: seen.Tap}})
	if err != nil {
		return "", text.Message{}, err
	}
	defer func() { _ = n.Close() }()
	address := net.JoinHostPort(n.Server().Addr().String(), echoPort)
	server, err := n.Server().ListenPacket(ctx, "udp", address)
	if err != nil {
		return "", text.Message{}, err
	}
	client, err := n.Client().DialContext(ctx, "udp", address)
	if err != nil {
		return "", text.Message{}, err
	}
	if _, err := client.Write(make([]byte, size)); err != nil {
		return "", text.Message{}, err
	}
	_ = server.SetReadDeadline(time.Now().Add(late))
	got, _, err := server.ReadFrom(make([]byte, 2*size))
	if err != nil || got != size {
		return "", text.Message{}, fmt.Errorf("%d of %d bytes came: %w", got, size, err)
	}
	return whoCut(seen.Packets(), size)
}

// whoCut tells from the pieces of a datagram which layer made them. It was sent
// by one call and received whole by one, so it was not the application.
func whoCut(pieces []packet.Packet, size int) (string, text.Message, error) {
	headers := 0
	for _, p := range pieces {
		if p.UDP != nil {
			headers++
		}
	}
	another := func(p packet.Packet) bool { return p.ID != pieces[0].ID }
	switch {
	case len(pieces) == 1 && pieces[0].Length > testbed.DefaultMTU:
		return "d", text.Sayf("A datagram of %d bytes went down to the link in one packet of %d.", size, pieces[0].Length), nil
	case len(pieces) > 1 && headers == len(pieces):
		return "b", text.Sayf("A datagram of %d bytes was %d packets on the wire, each with a header of UDP.", size, headers), nil
	case len(pieces) > 1 && headers == 1 && !slices.ContainsFunc(pieces, another):
		return "c", text.Sayf("A datagram of %d bytes was %d packets on the wire: pieces of one and the same IP packet, of which only the first had a header of UDP.", size, len(pieces)), nil
	}
	return "", text.Message{}, errors.New("the packets on the wire do not tell")
}

// measureOtherLink has one and the same client ask over two wires, which have
// the figures of Ethernet and of Wi-Fi.
func measureOtherLink(ctx context.Context) (string, text.Message, error) {
	asked := 0
	for _, p := range link.Presets() {
		if p.Name != "lan" && p.Name != "wifi" {
			continue
		}
		if err := echoOver(ctx, wire.Options{Client: p.Client, Server: p.Server}); err != nil {
			return "", text.Message{}, fmt.Errorf("over %s: %w", p.Name, err)
		}
		asked++
	}
	if asked != 2 {
		return "", text.Message{}, errors.ErrUnsupported
	}
	return "a", text.Say("One client was answered over a wire with the figures of Ethernet and over one with those of Wi-Fi; nothing in it was changed."), nil
}

// echoOver wants a message back over a wire of that kind.
func echoOver(ctx context.Context, o wire.Options) (err error) {
	n, err := virtual.Open(ctx, testbed.NetworkConfig{Wire: o})
	if err != nil {
		return err
	}
	defer func() { _ = n.Close() }()
	address := net.JoinHostPort(n.Server().Addr().String(), echoPort)
	server, err := transports.TCP.Listen(ctx, n.Server(), address, testbed.ServerOptions{})
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	defer func() { err = errors.Join(err, server.Close(), <-served) }()
	client, err := transports.TCP.Dial(ctx, n.Client(), address, testbed.ClientOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	_ = client.SetDeadline(time.Now().Add(late))
	message, reply := []byte("hello, any link"), make([]byte, 64)
	if err := client.Send(message); err != nil {
		return err
	}
	got, err := client.Receive(reply)
	if err == nil && !bytes.Equal(reply[:got], message) {
		err = errors.New("another message came back")
	}
	return err
}
