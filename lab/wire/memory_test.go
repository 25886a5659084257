package wire

import (
	"errors"
	"net"
	"sync"
	"time"

	"echolab/lab/link"
)

// memory is a device without a host: the test is the host.
type memory struct {
	sent     chan []byte // by the host, for the wire to read
	closed   chan struct{}
	shut     func()
	received func(packet []byte) error // by the host, from the wire
	faults   chan error                // what Read shall fail with, once each
}

func newMemory(received func(packet []byte) error) *memory {
	m := &memory{
		sent: make(chan []byte, 1024), faults: make(chan error, 1),
		closed: make(chan struct{}), received: received,
	}
	m.shut = sync.OnceFunc(func() { close(m.closed) })
	return m
}

func (m *memory) Read(packet []byte) (int, error) {
	select {
	case p := <-m.sent:
		return copy(packet, p), nil
	case err := <-m.faults:
		return 0, err
	case <-m.closed:
		return 0, net.ErrClosed
	}
}

func (m *memory) Write(packet []byte) (int, error) {
	if m.received == nil {
		return len(packet), nil
	}
	if err := m.received(packet); err != nil {
		return 0, err
	}
	return len(packet), nil
}

func (m *memory) Close() error {
	m.shut()
	return nil
}

var errRefused = errors.New("invalid argument")

// ipv4 is a packet that looks like IPv4 to the wire and carries a number.
func ipv4(number byte, size int) []byte {
	p := make([]byte, size)
	p[0], p[1] = 0x45, number
	return p
}

// log keeps all events of a wire, with copies of the packets.
type log struct {
	mu     sync.Mutex
	events []Event
}

func (l *log) tap(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Packet = append([]byte(nil), e.Packet...)
	l.events = append(l.events, e)
}

// handed are the events of one side's packets that reached the other host.
func (l *log) handed(from Side) []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []Event
	for _, e := range l.events {
		if e.From == from && (e.Fate == link.Delivered || e.Fate == link.Corrupted) {
			some = append(some, e)
		}
	}
	return some
}

// fates counts the events of one side's packets by their fate.
func (l *log) fates(from Side) map[link.Fate]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	fates := map[link.Fate]int{}
	for _, e := range l.events {
		if e.From == from {
			fates[e.Fate]++
		}
	}
	return fates
}

// times are when packets were handed over.
func times(events []Event) []time.Duration {
	all := make([]time.Duration, len(events))
	for i, e := range events {
		all[i] = e.Time
	}
	return all
}
