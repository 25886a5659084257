package probe

import (
	"context"
	"errors"

	"echolab/lab/testbed"
)

// WithServer runs f while a server serves at an address of the network's server
// host. It closes the server when f returns, and its error is that of f, or else
// the server's.
func WithServer(
	ctx context.Context, n testbed.Network, t testbed.Transport, address string, o testbed.ServerOptions,
	f func(testbed.Server) error,
) error {
	server, err := t.Listen(ctx, n.Server(), address, o)
	if err != nil {
		return err
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve() }()
	err = f(server)
	Close(server, &err)
	return errors.Join(err, <-serving)
}
