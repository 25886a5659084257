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
// deliverLater hands over the rest. Whoever holds mu may use the link and
// write to the device, so hand-overs keep the link's order.
type direction struct {
	wire    *Wire
	from    Side
	in, out Device
	wait    func(time.Duration) // the fine part of a wait; nil if timers will do
	wake    chan struct{}       // a packet is due before the one that is waited for

	mu      sync.Mutex
	link    *link.Link
	waiting time.Duration // the due time that deliverLater waits for
	refused int           // packets that the device did not take
	skipped int           // packets that are not IPv4
}

func newDirection(w *Wire, from Side, in, out Device, l *link.Link) *direction {
	return &direction{wire: w, from: from, in: in, out: out, link: l, wake: make(chan struct{}, 1), waiting: never}
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

// offer gives the link a packet, hands over what is due, and wakes the other
// goroutine for the rest if it would wake too late. Only IPv4 packets count:
// hosts also send what nobody asked for, such as IPv6 router solicitations,
// and that would make packet numbers a matter of luck.
func (d *direction) offer(packet []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(packet) == 0 || packet[0]>>4 != 4 {
		d.skipped++
		return
	}
	now := d.wire.Now()
	o := d.link.Offer(now, packet)
	d.wire.watch(Event{Time: now, From: d.from, Number: o.Number, Fate: o.Fate, Cause: o.Cause, Packet: packet})
	if o.Copied {
		d.wire.watch(Event{Time: now, From: d.from, Number: o.Number, Copy: true, Fate: o.OfCopy, Cause: "duplicate", Packet: packet})
	}
	if d.deliver(now) < d.waiting {
		select {
		case d.wake <- struct{}{}:
		default: // it has been told already
		}
	}
}

// deliver hands over all that is due, and tells when the next packet is.
func (d *direction) deliver(now time.Duration) (next time.Duration) {
	for {
		p, ok := d.link.Take(now)
		if !ok {
			break
		}
		if _, err := d.out.Write(p.Bytes); err != nil && !isClosed(err) {
			d.refused++
		}
		d.wire.watch(Event{Time: now, From: d.from, Number: p.Number, Copy: p.Copy, Fate: p.Fate, Cause: p.Cause, Packet: p.Bytes})
	}
	if due, ok := d.link.Next(); ok {
		return due
	}
	return never
}

// The wait for a due time has a coarse part and a fine one. Go's timers are up
// to a millisecond late on Linux, so theirs ends nearly before the due time.
// The fine part cannot be woken, so it goes step by step: a packet that
// overtakes is late by a step at most.
const (
	nearly = 1200 * time.Microsecond
	step   = 250 * time.Microsecond
)

// deliverLater hands over the packets that were not due when they came. It
// owns the direction's only timer.
func (d *direction) deliverLater() {
	timer := time.NewTimer(never)
	defer timer.Stop()
	for !d.wire.isClosed() {
		left := d.deliverDue()
		if left <= 0 {
			continue
		}
		if d.wait != nil {
			if left <= nearly {
				d.wait(min(left, step))
				continue
			}
			left -= nearly
		}
		timer.Reset(left)
		select {
		case <-timer.C:
		case <-d.wake:
		case <-d.wire.closed:
		}
	}
}

// deliverDue hands over what is due, notes what is waited for next, and tells
// how long that is.
func (d *direction) deliverDue() (left time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = d.deliver(d.wire.Now())
	return d.waiting - d.wire.Now()
}
