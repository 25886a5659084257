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
	"echolab/lab/text"
)

// holdBack is longer than a round trip through the relay and shorter than any
// sensible timeout.
const holdBack = 40 * time.Millisecond

// relay passes datagrams on between a sender, who talks to front, and a
// receiver. What becomes of them is decided by the links that decide about
// packets elsewhere, one for each direction: it depends on the seed and on the
// datagrams' numbers.
type relay struct {
	front net.PacketConn // in the room of the sender
	back  net.PacketConn // in the room of the receiver

	running sync.WaitGroup
	sender  atomic.Value // net.Addr: who wrote last
	there   direction    // to the receiver
	again   direction    // to the sender
}

// direction is one way through a relay.
type direction struct {
	drop  func(datagram []byte) bool // whether it is lost whatever the link says; nil is never
	bytes atomic.Int64               // in the datagrams that were passed on
}

// relayed says what a relay does to datagrams: the conditions of its link, and
// those that it drops besides.
type relayed struct {
	link.Conditions
	words                text.Phrase // for the story; "" are those of the conditions
	dropThere, dropAgain func(datagram []byte) bool
}

// newRelay opens a relay between the rooms of a sender and of a receiver.
func newRelay(ctx context.Context, from, to *grade.Subject, c relayed) (*relay, error) {
	front, err := from.ListenAt(ctx)
	if err != nil {
		return nil, err
	}
	back, err := to.ListenPacket(ctx)
	if err != nil {
		_ = front.Close()
		return nil, err
	}
	r := &relay{front: front, back: back, there: direction{drop: c.dropThere}, again: direction{drop: c.dropAgain}}
	for _, pc := range []net.PacketConn{front, back} {
		if udp, ok := pc.(*net.UDPConn); ok {
			_ = udp.SetReadBuffer(receiveBuffer) // what is lost, the link decides
		}
	}
	receiver := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(to.Port())}
	seed := from.Rand.Uint64()
	toReceiver := func(from net.Addr) net.Addr {
		r.sender.Store(from)
		return receiver
	}
	toSender := func(net.Addr) net.Addr { // nil as long as nobody has sent anything
		sender, _ := r.sender.Load().(net.Addr)
		return sender
	}
	r.running.Go(func() { r.there.pass(link.New(c.Conditions, seed, "client"), front, back, toReceiver) })
	r.running.Go(func() { r.again.pass(link.New(c.Conditions, seed, "server"), back, front, toSender) })
	return r, nil
}

// pass passes datagrams on until in is closed. It reads until the next one is due.
func (d *direction) pass(l *link.Link, in, out net.PacketConn, to func(from net.Addr) net.Addr) {
	start := time.Now()
	buf := make([]byte, largestDatagram)
	var target net.Addr
	for {
		n, from, err := in.ReadFrom(buf)
		switch {
		case err == nil:
			target = to(from)
			if target != nil && (d.drop == nil || !d.drop(buf[:n])) {
				l.Offer(time.Since(start), buf[:n])
			}
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return
		}
		for p, ok := l.Take(time.Since(start)); ok; p, ok = l.Take(time.Since(start)) {
			d.bytes.Add(int64(len(p.Bytes)))
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
