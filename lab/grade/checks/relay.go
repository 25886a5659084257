package checks

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"echolab/lab/grade"
)

// faults are what a relay does to the datagrams of both directions, each as a
// chance from 0 to 1.
type faults struct {
	loss      float64
	duplicate float64
	hold      float64 // held back for holdFor, so that later ones overtake
}

// holdFor is longer than a round trip through the relay and shorter than any
// sensible timeout.
const holdFor = 40 * time.Millisecond

// relay passes datagrams on between a sender, who talks to front, and a
// receiver. Which datagrams suffer depends on the seed and on their number.
type relay struct {
	faults   faults
	front    net.PacketConn
	back     net.PacketConn
	receiver net.Addr

	running sync.WaitGroup
	mu      sync.Mutex
	sender  net.Addr // whoever wrote last
	held    sync.WaitGroup
}

func newRelay(ctx context.Context, s *grade.Subject, front net.PacketConn, port uint16, f faults) (*relay, error) {
	back, err := s.ListenPacket(ctx)
	if err != nil {
		return nil, err
	}
	r := &relay{faults: f, front: front, back: back, receiver: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(port)}}
	there := rand.New(rand.NewPCG(s.Rand.Uint64(), 1))
	again := rand.New(rand.NewPCG(s.Rand.Uint64(), 2))
	r.running.Go(func() { r.pass(there, front, back, r.toReceiver) })
	r.running.Go(func() { r.pass(again, back, front, r.toSender) })
	return r, nil
}

// toReceiver notes who sends.
func (r *relay) toReceiver(from net.Addr) net.Addr {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sender = from
	return r.receiver
}

func (r *relay) toSender(net.Addr) net.Addr {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sender
}

// pass passes one direction on until in is closed.
func (r *relay) pass(chance *rand.Rand, in, out net.PacketConn, to func(from net.Addr) net.Addr) {
	buf := make([]byte, largestDatagram)
	for {
		n, from, err := in.ReadFrom(buf)
		if err != nil {
			return
		}
		target := to(from)
		// Always three numbers for a datagram, so that one fault does not
		// change whom another strikes.
		lost, doubled, held := chance.Float64() < r.faults.loss, chance.Float64() < r.faults.duplicate, chance.Float64() < r.faults.hold
		if lost || target == nil {
			continue
		}
		datagram := bytes.Clone(buf[:n])
		deliver := func() { _, _ = out.WriteTo(datagram, target) } // nobody there is a loss like another
		if doubled {
			deliver()
		}
		if !held {
			deliver()
			continue
		}
		r.held.Add(1)
		time.AfterFunc(holdFor, func() {
			defer r.held.Done()
			deliver()
		})
	}
}

// close stops the relay and waits for what it holds.
func (r *relay) close() {
	_ = r.front.Close()
	_ = r.back.Close()
	r.running.Wait()
	r.held.Wait()
}
