package experiments

import (
	"context"

	"echolab/lab"
)

// smallBuffers opens networks whose sockets have room for so many bytes, so
// that both transports stand before the same; 0 leaves the system's own.
func smallBuffers(o lab.Opener, receive, send int) lab.Opener {
	open := o.Open
	o.Open = func(ctx context.Context, s lab.Setup) (lab.Network, error) {
		s.ReceiveBuffer, s.SendBuffer = receive, send
		return open(ctx, s)
	}
	return o
}
