// Package transports is the columns of the table as values: TCP and UDP, each a
// testbed.Transport made of the package of that name.
package transports

import (
	"context"

	"echolab/lab/testbed"
	"echolab/tcp"
	"echolab/udp"
)

// Both twins fit the contract.
var (
	_ testbed.Server = (*tcp.Server)(nil)
	_ testbed.Server = (*udp.Server)(nil)
	_ testbed.Client = (*tcp.Client)(nil)
	_ testbed.Client = (*udp.Client)(nil)
)

// TCP carries messages in frames on a stream.
var TCP = testbed.Transport{
	Name: "tcp", Network: "tcp", Stream: true, Framing: tcp.HeaderSize, Reliable: true, Connected: true,
	Listen: func(ctx context.Context, host testbed.Host, address string, o testbed.ServerOptions) (testbed.Server, error) {
		return tcp.Listen(ctx, host, address, tcp.ServerOptions{
			Service: tcp.Service(o.Service), Iterative: o.Iterative, MaxClients: o.MaxClients,
			Buffer: o.Buffer, Pause: o.Pause,
		})
	},
	Dial: func(ctx context.Context, host testbed.Host, address string, o testbed.ClientOptions) (testbed.Client, error) {
		return tcp.Dial(ctx, host, address, tcp.ClientOptions{Raw: o.Raw})
	},
}

// UDP carries each message in a datagram of its own.
var UDP = testbed.Transport{
	Name: "udp", Network: "udp",
	Listen: func(ctx context.Context, host testbed.Host, address string, o testbed.ServerOptions) (testbed.Server, error) {
		return udp.Listen(ctx, host, address, udp.ServerOptions{
			Service: udp.Service(o.Service), Iterative: o.Iterative, MaxClients: o.MaxClients,
			Buffer: o.Buffer, Pause: o.Pause,
		})
	},
	Dial: func(ctx context.Context, host testbed.Host, address string, _ testbed.ClientOptions) (testbed.Client, error) {
		return udp.Dial(ctx, host, address, udp.ClientOptions{})
	},
}

// Transports are the columns of the table.
func Transports() []testbed.Transport { return []testbed.Transport{TCP, UDP} }
