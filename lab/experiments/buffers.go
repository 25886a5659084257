package experiments

import (
	"context"
	"net"

	"echolab/lab"
)

// buffers are sizes of a socket's buffers in bytes; 0 leaves the system's own.
type buffers struct{ receive, send int }

// smallBuffers opens networks whose sockets have buffers of those sizes, where
// the host can set them (the system may double them), so that both transports
// stand before the same amount of room.
func smallBuffers(o lab.Opener, size buffers) lab.Opener {
	open := o.Open
	o.Open = func(ctx context.Context, s lab.Setup) (lab.Network, error) {
		n, err := open(ctx, s)
		if err != nil {
			return nil, err
		}
		return bufferedNetwork{n, size}, nil
	}
	return o
}

type bufferedNetwork struct {
	lab.Network
	size buffers
}

func (n bufferedNetwork) Client() lab.Host { return bufferedHost{n.Network.Client(), n.size} }
func (n bufferedNetwork) Server() lab.Host { return bufferedHost{n.Network.Server(), n.size} }

type bufferedHost struct {
	lab.Host
	size buffers
}

func (h bufferedHost) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	l, err := h.Host.Listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	shrink(l, h.size) // where it can: what it accepts then has them from the start
	return bufferedListener{l, h.size}, nil
}

func (h bufferedHost) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	c, err := h.Host.ListenPacket(ctx, network, address)
	if err == nil {
		shrink(c, h.size)
	}
	return c, err
}

func (h bufferedHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := h.Host.DialContext(ctx, network, address)
	if err == nil {
		shrink(c, h.size)
	}
	return c, err
}

type bufferedListener struct {
	net.Listener
	size buffers
}

func (l bufferedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		shrink(c, l.size)
	}
	return c, err
}

// shrink sets the buffers of a socket. One that refuses keeps its own: the
// experiment then only takes longer to fill it.
func shrink(socket any, size buffers) {
	if s, ok := socket.(interface{ SetReadBuffer(int) error }); ok && size.receive > 0 {
		_ = s.SetReadBuffer(size.receive)
	}
	if s, ok := socket.(interface{ SetWriteBuffer(int) error }); ok && size.send > 0 {
		_ = s.SetWriteBuffer(size.send)
	}
}
