package experiments

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab"
)

func newGroup(ctx context.Context) (*errgroup.Group, context.Context) {
	return errgroup.WithContext(ctx)
}

// overload is how much more a transport that never waits offers than the link
// carries.
const overload = 2.0

// pour sends bytes one way, to a server that discards them, for as long as
// the bench's flows last, and returns the port that it sent from. A transport
// that waits takes what it can; one that does not is paced at overload times
// the link's rate.
func pour(ctx context.Context, b *lab.Bench, n lab.Network, t lab.Transport) (port uint16, err error) {
	server, err := t.Listen(ctx, n.Server(), n.Server().Addr().String()+":0", lab.ServerOptions{Service: "discard"})
	if err != nil {
		return 0, fmt.Errorf("listen: %w", err)
	}
	serving := make(chan error, 1)
	go func() { serving <- server.Serve() }()
	defer func() {
		end(server, &err)
		if e := <-serving; e != nil && err == nil {
			err = e
		}
	}()
	dialing, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := n.Client().DialContext(dialing, t.Network, server.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("dial %s: %w", server.Addr(), err)
	}
	defer abort(conn)
	if err := conn.SetDeadline(time.Now().Add(bulk(b))); err != nil {
		return 0, fmt.Errorf("set the deadline: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := keepWriting(ctx, conn, interval(b, t)); err != nil {
		return 0, err
	}
	return portOf(conn.LocalAddr()), nil
}

// interval is the time from one datagram to the next; 0 lets writes wait.
func interval(b *lab.Bench, t lab.Transport) time.Duration {
	rate := b.Conditions.Client.Rate
	if t.Reliable || rate == 0 {
		return 0
	}
	return time.Duration(bulkSize * 8 / (overload * rate) * float64(time.Second))
}

// keepWriting writes until the deadline, every so often or whenever it can.
func keepWriting(ctx context.Context, conn net.Conn, every time.Duration) error {
	chunk := make([]byte, bulkSize)
	start := time.Now()
	for i := 0; ctx.Err() == nil; i++ {
		if wait := time.Until(start.Add(time.Duration(i) * every)); wait > 0 {
			time.Sleep(wait)
		}
		_, err := conn.Write(chunk)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return context.Cause(ctx)
}

// abort closes a connection without waiting for what is still in its buffer,
// where it has such a thing.
func abort(conn net.Conn) {
	if l, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = conn.Close()
}

func portOf(a net.Addr) uint16 {
	switch a := a.(type) {
	case *net.TCPAddr:
		return uint16(a.Port)
	case *net.UDPAddr:
		return uint16(a.Port)
	}
	return 0
}
