package lab

import (
	"context"

	"echolab/tcp"
	"echolab/udp"
)

// Both twins fit the contract.
var (
	_ Server = (*tcp.Server)(nil)
	_ Server = (*udp.Server)(nil)
	_ Client = (*tcp.Client)(nil)
	_ Client = (*udp.Client)(nil)
)

// TCP carries messages in frames on a stream.
var TCP = Transport{
	Name: "tcp", Network: "tcp", Stream: true, Framing: tcp.HeaderSize, Reliable: true, Connected: true,
	Listen: func(ctx context.Context, host Host, address string, o ServerOptions) (Server, error) {
		return tcp.Listen(ctx, host, address, tcp.ServerOptions{
			Service: tcp.Service(o.Service), Iterative: o.Iterative, MaxClients: o.MaxClients,
			Buffer: o.Buffer, Pause: o.Pause,
		})
	},
	Dial: func(ctx context.Context, host Host, address string, o ClientOptions) (Client, error) {
		return tcp.Dial(ctx, host, address, tcp.ClientOptions{Raw: o.Raw})
	},
}

// UDP carries each message in a datagram of its own.
var UDP = Transport{
	Name: "udp", Network: "udp",
	Listen: func(ctx context.Context, host Host, address string, o ServerOptions) (Server, error) {
		return udp.Listen(ctx, host, address, udp.ServerOptions{
			Service: udp.Service(o.Service), Iterative: o.Iterative, MaxClients: o.MaxClients,
			Buffer: o.Buffer, Pause: o.Pause,
		})
	},
	Dial: func(ctx context.Context, host Host, address string, _ ClientOptions) (Client, error) {
		return udp.Dial(ctx, host, address, udp.ClientOptions{})
	},
}

// Transports are the columns of the table.
func Transports() []Transport { return []Transport{TCP, UDP} }
