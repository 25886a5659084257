package checks

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"echolab/lab/grade"
	"echolab/lab/link"
)

// holdBack is longer than a round trip through the relay and shorter than any
// sensible timeout.
const holdBack = 40 * time.Millisecond

// relay passes datagrams on between a sender, who talks to front, and a
// receiver. What becomes of them is decided by the links that decide about
// packets elsewhere, one for each direction: it depends on the seed and on the
// datagrams' numbers.
type relay struct {
	front net.PacketConn
	back  net.PacketConn

	running sync.WaitGroup
	sender  atomic.Value // net.Addr: who wrote last
}

// newRelay passes on what comes to front to a receiver on that port.
func newRelay(
	ctx context.Context, s *grade.Subject, front net.PacketConn, port uint16, c link.Conditions,
) (*relay, error) {
	back, err := s.ListenPacket(ctx)
	if err != nil {
		return nil, err
	}
	receiver := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(port)}
	r := &relay{front: front, back: back}
	seed := s.Rand.Uint64()
	there, again := link.New(c, seed, "client"), link.New(c, seed, "server")
	toReceiver := func(from net.Addr) net.Addr {
		r.sender.Store(from)
		return receiver
	}
	toSender := func(net.Addr) net.Addr { // nil as long as nobody has sent anything
		sender, _ := r.sender.Load().(net.Addr)
		return sender
	}
	r.running.Go(func() { pass(there, front, back, toReceiver) })
	r.running.Go(func() { pass(again, back, front, toSender) })
	return r, nil
}

// pass passes one direction on until in is closed. It reads until the next
// datagram is due.
func pass(l *link.Link, in, out net.PacketConn, to func(from net.Addr) net.Addr) {
	start := time.Now()
	buf := make([]byte, largestDatagram)
	var target net.Addr
	for {
		n, from, err := in.ReadFrom(buf)
		switch {
		case err == nil:
			if target = to(from); target != nil {
				l.Offer(time.Since(start), buf[:n])
			}
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return
		}
		for p, ok := l.Take(time.Since(start)); ok; p, ok = l.Take(time.Since(start)) {
			_, _ = out.WriteTo(p.Bytes, target) // nobody there is a loss like another
		}
		var next time.Time // none, and so no deadline
		if due, ok := l.Next(); ok {
			next = start.Add(due)
		}
		_ = in.SetReadDeadline(next)
	}
}

// close stops the relay. What it holds is lost.
func (r *relay) close() {
	_ = r.front.Close()
	_ = r.back.Close()
	r.running.Wait()
}
