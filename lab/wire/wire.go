// Package wire drives two links between the packet devices of two hosts.
//
//	client device --read--> link of the client --write--> server device
//	client device <--write-- link of the server <--read-- server device
//
// The links decide (package link), this package only keeps their time. Read
// direction.go next: it is one of the two rows of the drawing.
package wire

import (
	"errors"
	"sync"
	"time"

	"echolab/lab/link"
)

// Device is where the packets of one host come out and go in: a TUN device,
// or the link endpoint of a user-space stack.
type Device interface {
	// Read waits for the next IP packet that the host sends.
	// After Close it returns an error that is net.ErrClosed or os.ErrClosed.
	Read(packet []byte) (int, error)
	// Write hands the host one IP packet; it does not keep the slice.
	Write(packet []byte) (int, error)
	Close() error
}

// Wire joins two devices by two links, one per direction. Packets go through
// from Connect until Close. Its methods may be called side by side.
type Wire struct {
	start  time.Time
	tap    Tap
	tapMu  sync.Mutex // taps of the two directions never overlap
	ends   [2]*direction
	pumps  sync.WaitGroup
	closed chan struct{}
	close  func() error
}

// Connect joins the devices of a client and a server, watched by taps, any of
// which may be nil. The options must be valid. The wire owns both devices from
// now on.
func Connect(client, server Device, o Options, taps ...Tap) *Wire {
	return connect(client, server, o, Taps(taps...), newAlarm)
}

// connect is Connect with alarms of one's own.
func connect(client, server Device, o Options, tap Tap, newAlarm func() alarm) *Wire {
	w := &Wire{start: time.Now(), tap: tap, closed: make(chan struct{})}
	w.close = sync.OnceValue(func() error {
		close(w.closed)
		err := errors.Join(client.Close(), server.Close())
		for _, d := range w.ends {
			d.stop()
		}
		w.pumps.Wait()
		return err
	})
	devices := [2]Device{client, server}
	for side := Client; side <= Server; side++ {
		w.ends[side] = &direction{
			wire: w, from: side, in: devices[side], out: devices[1-side], alarm: newAlarm(),
			link: link.New(o.Of(side), o.Seed, side.String()), waiting: never,
		}
	}
	for _, d := range w.ends {
		w.pumps.Go(d.read)
		w.pumps.Go(d.deliverLater)
	}
	return w
}

// Now is the time since the wire was joined; events carry it.
func (w *Wire) Now() time.Duration { return time.Since(w.start) }

// Close closes both devices and returns when the last packet has been handed
// over or forgotten. Closing again does nothing.
func (w *Wire) Close() error { return w.close() }

// isClosed reports whether the wire has been told to end.
func (w *Wire) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}

func (w *Wire) watch(e Event) {
	if w.tap == nil {
		return
	}
	e.Joined = w.start
	w.tapMu.Lock()
	defer w.tapMu.Unlock()
	w.tap(e)
}
