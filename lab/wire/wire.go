package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"echolab/lab/link"
)

// maxPacket is the largest IP packet.
const maxPacket = 65535

// Wire joins two devices by two links, one per direction. Packets go through
// from Connect until Close.
type Wire struct {
	start  time.Time
	tap    Tap
	tapMu  sync.Mutex // taps of the two directions never overlap
	ends   [2]*direction
	pumps  sync.WaitGroup
	closed chan struct{}
	close  func() error
}

// direction is one link and the two devices that it joins.
type direction struct {
	wire    *Wire
	from    Side
	in, out Device
	wait    func(time.Duration) // the last stretch before a due time
	wake    chan struct{}       // a packet came that may be due before all others
	mu      sync.Mutex          // guards what follows, and keeps hand-overs in order
	link    *link.Link
	refused int // packets that the device did not take
	skipped int // packets that are not IPv4
}

// Connect joins the devices of a client and a server. The options must be
// valid. The wire owns both devices from now on.
func Connect(client, server Device, o Options) *Wire {
	return connect(client, server, o, fineWait)
}

// connect is Connect with a way to wait the last stretch before a due time,
// which tests in virtual time replace.
func connect(client, server Device, o Options, wait func(time.Duration)) *Wire {
	w := &Wire{start: time.Now(), tap: o.Tap, closed: make(chan struct{})}
	w.close = sync.OnceValue(func() error {
		close(w.closed)
		err := errors.Join(client.Close(), server.Close())
		w.pumps.Wait()
		return err
	})
	w.ends[Client] = w.direct(Client, client, server, link.New(o.Client, o.Seed, "client"), wait)
	w.ends[Server] = w.direct(Server, server, client, link.New(o.Server, o.Seed, "server"), wait)
	for _, d := range w.ends {
		w.pumps.Go(d.read)
		w.pumps.Go(d.deliverLater)
	}
	return w
}

func (w *Wire) direct(from Side, in, out Device, l *link.Link, wait func(time.Duration)) *direction {
	return &direction{wire: w, from: from, in: in, out: out, link: l, wait: wait, wake: make(chan struct{}, 1)}
}

// Now is the time since the wire was joined; events carry it.
func (w *Wire) Now() time.Duration { return time.Since(w.start) }

// Counts tells what became of the packets that one side sent so far.
func (w *Wire) Counts(from Side) link.Counts {
	d := w.ends[from]
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.link.Counts()
}

// Refused is how many packets of one side the other host's device would not
// take, as the kernel does with one whose version was damaged.
func (w *Wire) Refused(from Side) int {
	d := w.ends[from]
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refused
}

// Close closes both devices and returns when the last packet has been handed
// over or forgotten. Closing again does nothing.
func (w *Wire) Close() error { return w.close() }

// read offers every packet of the device to the link, and hands over at once
// what is due at once. Only IPv4 packets count: hosts also send what nobody
// asked for, such as IPv6 router solicitations, and that would make packet
// numbers a matter of luck.
func (d *direction) read() {
	packet := make([]byte, maxPacket)
	for {
		n, err := d.in.Read(packet)
		if err != nil {
			if isClosed(err) {
				return
			}
			select {
			case <-d.wire.closed:
				return
			case <-time.After(time.Millisecond): // the device has a passing fault
				continue
			}
		}
		d.mu.Lock()
		if n == 0 || packet[0]>>4 != 4 {
			d.skipped++
			d.mu.Unlock()
			continue
		}
		d.offer(packet[:n])
		d.mu.Unlock()
	}
}

func isClosed(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) || errors.Is(err, io.EOF)
}

// offer gives the link a packet, hands over what is due, and wakes the other
// goroutine for the rest.
func (d *direction) offer(packet []byte) {
	now := d.wire.Now()
	o := d.link.Offer(now, packet)
	d.watch(Event{Time: now, From: d.from, Number: o.Number, Fate: o.Fate, Cause: o.Cause, Packet: packet})
	if o.Copied {
		d.watch(Event{Time: now, From: d.from, Number: o.Number, Copy: true, Fate: o.OfCopy, Cause: "duplicate", Packet: packet})
	}
	if due, ok := d.deliver(now); ok && due > now {
		select {
		case d.wake <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// deliver hands over all that is due, and tells when the next packet is.
func (d *direction) deliver(now time.Duration) (next time.Duration, ok bool) {
	for {
		p, ok := d.link.Take(now)
		if !ok {
			return d.link.Next()
		}
		if _, err := d.out.Write(p.Bytes); err != nil {
			d.refused++ // a closing device, or a packet too damaged to take
		}
		d.watch(Event{Time: now, From: d.from, Number: p.Number, Copy: p.Copy, Fate: p.Fate, Cause: p.Cause, Packet: p.Bytes})
	}
}

func (d *direction) watch(e Event) {
	if d.wire.tap == nil {
		return
	}
	d.wire.tapMu.Lock()
	defer d.wire.tapMu.Unlock()
	d.wire.tap(e)
}

// nearly is how long before a due time the coarse wait ends: Go's timers are
// up to a millisecond late on Linux.
const nearly = 1200 * time.Microsecond

// deliverLater hands over the packets that were not due when they came. It
// owns the direction's only timer.
func (d *direction) deliverLater() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		d.mu.Lock()
		next, ok := d.deliver(d.wire.Now())
		d.mu.Unlock()
		left := time.Hour
		if ok {
			left = next - d.wire.Now()
		}
		if left <= nearly {
			if left > 0 {
				d.wait(left)
			}
			if d.stopped() {
				return
			}
			continue
		}
		timer.Reset(left - nearly)
		select {
		case <-timer.C:
		case <-d.wake:
		case <-d.wire.closed:
			return
		}
	}
}

func (d *direction) stopped() bool {
	select {
	case <-d.wire.closed:
		return true
	default:
		return false
	}
}
