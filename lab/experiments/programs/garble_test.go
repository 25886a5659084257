package programs

import (
	"bytes"
	"context"

	"net"
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// garbling is a transport whose servers say as much as they should, but in
// other bytes.
func garbling(t testbed.Transport) testbed.Transport {
	listen := t.Listen
	t.Listen = func(ctx context.Context, host testbed.Host, address string, o testbed.ServerOptions) (testbed.Server, error) {
		return listen(ctx, garbledHost{host}, address, o)
	}
	return t
}

type garbledHost struct{ testbed.Host }

func (h garbledHost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	l, err := h.Host.Listen(ctx, network, address)
	return garbledListener{l}, err
}

func (h garbledHost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	c, err := h.Host.ListenPacket(ctx, network, address)
	return garbledPackets{c}, err
}

type garbledListener struct{ net.Listener }

func (l garbledListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return garbledConn{c}, err
}

type garbledConn struct{ net.Conn }

func (c garbledConn) Write(b []byte) (int, error) {
	return c.Conn.Write(bytes.Repeat([]byte{'x'}, len(b)))
}

type garbledPackets struct{ net.PacketConn }

func (c garbledPackets) WriteTo(b []byte, to net.Addr) (int, error) {
	return c.PacketConn.WriteTo(bytes.Repeat([]byte{'x'}, len(b)), to)
}

// TestGarbledPrograms: answers of the right length in other bytes are no
// answers.
func TestGarbledPrograms(t *testing.T) {
	for _, transport := range transports.Transports() {
		r := probetest.OnMemory(t, Experiment.Run, nil, garbling(transport))
		probetest.WantExpected(t, r, transport.Name, false, "five_clients", "hello_clients", "changed", "chunks")
		probetest.WantValues(t, r, transport.Name, map[string]result.Value{"hello_clients": result.Num(0), "chunks": result.Num(0)})
	}
}
