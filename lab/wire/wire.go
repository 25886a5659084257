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
	w.ends[Client] = newDirection(w, Client, client, server, link.New(o.Client, o.Seed, "client"), newAlarm())
	w.ends[Server] = newDirection(w, Server, server, client, link.New(o.Server, o.Seed, "server"), newAlarm())
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
