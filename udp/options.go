package udp

import (
	"fmt"
	"log/slog"
	"math"
	"time"
)

// DefaultBuffer is how many bytes a server's read takes at most: more than
// any datagram has.
const DefaultBuffer = 64 << 10

// maxBuffer is how many bytes may be asked for as a buffer.
const maxBuffer = 1 << 30

// ServerOptions says how a server behaves. The zero value is an echo server
// without limits. It is copied by Listen.
//
// TCP's options for connections are missing here: a UDP server holds none
// (MaxConnections, IdleTimeout), and none waits to be accepted (Backlog).
type ServerOptions struct {
	// Service is what is answered; "" stands for Echo.
	Service Service
	// Iterative and Once are here so that both servers take the same options.
	// They change nothing: the server answers one datagram before it reads the
	// next, so no client keeps others waiting, and holds no connection to close.
	Iterative, Once bool
	// MaxClients ends Serve after that many datagrams; 0 never does. The
	// server remembers no clients, so every datagram counts as one.
	MaxClients int
	// MaxMessage is how many bytes a datagram may have; a longer one is not
	// answered and counted as refused. 0 is no limit.
	MaxMessage int
	// Buffer is how many bytes a read takes at most; 0 is DefaultBuffer. The
	// rest of a longer datagram is lost; on Windows all of it is.
	Buffer int
	// Pause is the wait before every read, which makes a slow reader.
	Pause time.Duration
	// Log gets a line for every datagram; nil logs nothing.
	Log *slog.Logger
}

// ready checks the options and fills in the defaults.
func (o ServerOptions) ready() (ServerOptions, error) {
	for _, option := range []struct {
		name        string
		value, most int64
	}{
		{"clients", int64(o.MaxClients), math.MaxInt64},
		{"message", int64(o.MaxMessage), math.MaxInt64},
		{"buffer", int64(o.Buffer), maxBuffer},
		{"pause", int64(o.Pause), math.MaxInt64},
	} {
		if option.value < 0 || option.value > option.most {
			return o, fmt.Errorf("%s: %d is not from 0 to %d", option.name, option.value, option.most)
		}
	}
	if o.Buffer == 0 {
		o.Buffer = DefaultBuffer
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Service == "" {
		o.Service = Echo
	}
	return o, o.Service.check()
}

// ClientOptions says how a client behaves. There is nothing to say yet: a
// datagram is a message as it is, without frames.
type ClientOptions struct{}
