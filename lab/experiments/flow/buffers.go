package flow

import (
	"context"

	"echolab/lab/testbed"
)

// smallBuffers opens networks whose sockets have room for so many bytes, so
// that both transports stand before the same; 0 leaves the system's own.
func smallBuffers(o testbed.Driver, receive, send int) testbed.Driver {
	open := o.Open
	o.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		s.ReceiveBuffer, s.SendBuffer = receive, send
		return open(ctx, s)
	}
	return o
}
