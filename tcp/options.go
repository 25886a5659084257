package tcp

import (
	"fmt"
	"log/slog"
	"math"
	"time"
)

// DefaultBuffer is how many bytes a server's read takes at most.
const DefaultBuffer = 64 << 10

// DefaultMaxMessage is how many bytes a frame's message may have.
const DefaultMaxMessage = 1 << 20

// maxBuffer is how many bytes may be asked for as a buffer.
const maxBuffer = 1 << 30

// ServerOptions says how a server behaves. The zero value is a concurrent
// echo server without limits. It is copied by Listen.
type ServerOptions struct {
	// Service is what is answered; "" stands for Echo.
	Service Service
	// Iterative serves one client at a time. The system connects the others,
	// which wait in its backlog.
	Iterative bool
	// Once reads once, answers once and closes.
	Once bool
	// MaxClients ends Serve after that many clients; 0 never does.
	MaxClients int
	// MaxConnections is how many clients may be connected at the same time;
	// a further one is closed at once and counted as refused. 0 is no limit.
	MaxConnections int
	// Backlog is how many connections may wait to be accepted, the argument
	// of listen(2); 0 is the system's maximum. Where the host's listener is
	// no socket of a Unix system, Listen returns errors.ErrUnsupported.
	Backlog int
	// Buffer is how many bytes a read takes at most; 0 is DefaultBuffer.
	Buffer int
	// IdleTimeout closes a connection on which no byte has passed for that
	// long; 0 never does.
	IdleTimeout time.Duration
	// Pause is the wait before every read, which makes a slow reader.
	Pause time.Duration
	// Log gets a line for every client that comes or goes; nil logs nothing.
	Log *slog.Logger
}

// ready checks the options and fills in the defaults.
func (o ServerOptions) ready() (ServerOptions, error) {
	for _, option := range []struct {
		name        string
		value, most int64
	}{
		{"clients", int64(o.MaxClients), math.MaxInt64},
		{"connections", int64(o.MaxConnections), math.MaxInt64},
		{"backlog", int64(o.Backlog), math.MaxInt64},
		{"buffer", int64(o.Buffer), maxBuffer},
		{"idle timeout", int64(o.IdleTimeout), math.MaxInt64},
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

// ClientOptions says how a client behaves. The zero value sends frames. It is
// copied by Dial.
type ClientOptions struct {
	// Raw sends and receives bytes as they are, without frames: Receive then
	// waits for as many bytes as its buffer holds.
	Raw bool
	// MaxMessage is how many bytes a frame's message may have, sent or
	// received; 0 is DefaultMaxMessage. Raw bytes have no limit.
	MaxMessage int
}

// ready checks the options and fills in the defaults.
func (o ClientOptions) ready() (ClientOptions, error) {
	if o.MaxMessage < 0 || o.MaxMessage > maxFrame {
		return o, fmt.Errorf("message limit: %d is not from 0 to %d", o.MaxMessage, maxFrame)
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = DefaultMaxMessage
	}
	return o, nil
}
