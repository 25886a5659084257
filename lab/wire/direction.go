package wire

import (
	"errors"
	"io"
	"math"
	"net"
	"os"
	"sync"
	"time"

	"echolab/lab/link"
)

// maxPacket is the largest IP packet.
const maxPacket = 65535

// never is later than every due time.
const never = time.Duration(math.MaxInt64)

// direction is one link and the two devices that it joins. Two goroutines
// serve it: read takes packets in and hands over what is due at once,
// deliverLater hands over the rest. The holder of mu may use the link and
// write to the device, so hand-overs keep the link's order.
type direction struct {
	wire    *Wire
	from    Side
	in, out Device
	alarm   alarm // rings when the next packet is due

	mu      sync.Mutex
	link    *link.Link
	waiting time.Duration // the due time that the alarm is set to
}

// pause is how long a device with a passing fault is left alone.
const pause = time.Millisecond

// read takes packets from the device until it is closed.
func (d *direction) read() {
	packet := make([]byte, maxPacket)
	for {
		n, err := d.in.Read(packet)
		switch {
		case err == nil:
			d.offer(packet[:n])
		case isClosed(err) || d.wire.isClosed():
			return
		default:
			time.Sleep(pause)
		}
	}
}

func isClosed(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) || errors.Is(err, io.EOF)
}

// offer gives the link a packet, hands over what is due, and sets the alarm
// for the rest if it would ring too late. Only IPv4 packets count:
// hosts also send packets unasked, such as IPv6 router solicitations,
// and that would make packet numbers a matter of luck.
func (d *direction) offer(packet []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(packet) == 0 || packet[0]>>4 != 4 {
		return
	}
	now := d.wire.Now()
	o := d.link.Offer(now, packet)
	waiting := d.link.Waiting(now)
	d.wire.watch(Event{
		Time: now, From: d.from, Number: o.Number, Fate: o.Fate, Cause: o.Cause, Queue: waiting, Packet: packet,
	})
	if o.Copied {
		d.wire.watch(Event{
			Time: now, From: d.from, Number: o.Number, Copy: true, Fate: o.OfCopy, Cause: link.Duplicate,
			Queue: waiting, Packet: packet,
		})
	}
	if next := d.deliver(now); next < d.waiting {
		d.waiting = next
		d.alarm.set(next - d.wire.Now())
	}
}

// deliver hands over all that is due, and tells when the next packet is.
func (d *direction) deliver(now time.Duration) (next time.Duration) {
	for p, ok := d.link.Take(now); ok; p, ok = d.link.Take(now) {
		_, _ = d.out.Write(p.Bytes) // a device may refuse what a flipped bit made of it
		d.wire.watch(Event{
			Time: now, From: d.from, Number: p.Number, Copy: p.Copy, Fate: p.Fate, Cause: p.Cause,
			Queue: d.link.Waiting(now), Late: now - p.Due, Packet: p.Bytes,
		})
	}
	if due, ok := d.link.Next(); ok {
		return due
	}
	return never
}

// deliverLater hands over the packets that were not due when they came.
func (d *direction) deliverLater() {
	for d.alarm.wait() {
		d.deliverDue()
	}
}

// deliverDue hands over what is due and sets the alarm for what is due next.
func (d *direction) deliverDue() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting = d.deliver(d.wire.Now()); d.waiting < never {
		d.alarm.set(d.waiting - d.wire.Now())
	}
}

// stop ends deliverLater.
func (d *direction) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.alarm.close()
}
