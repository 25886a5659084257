package virtual

import (
	"net/netip"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// watcher tells the state of a host's TCP sockets after every segment that they
// received. What a timeout did is told with the next one.
type watcher struct {
	side wire.Side
	told func(testbed.Socket)
	wire *wire.Wire // set before any socket is opened
}

// newWatcher is nil where nobody wants to know.
func newWatcher(side wire.Side, told func(testbed.Socket)) *watcher {
	if told == nil {
		return nil
	}
	return &watcher{side: side, told: told}
}

// protocol is the TCP of a stack with this watcher. Its congestion control is set
// later, where it is to be another than Congestion.
func (w *watcher) protocol() stack.TransportProtocolFactory {
	if w == nil {
		return tcp.NewProtocolCUBIC
	}
	return tcp.NewProtocolProbe(w.probe)
}

// oneByOne keeps the calls of several sockets from overlapping.
func oneByOne(told func(testbed.Socket)) func(testbed.Socket) {
	if told == nil {
		return nil
	}
	var mu sync.Mutex
	return func(s testbed.Socket) {
		mu.Lock()
		defer mu.Unlock()
		told(s)
	}
}

// over tells the watcher which wire's clock counts.
func (w *watcher) over(joined *wire.Wire) {
	if w != nil {
		w.wire = joined
	}
}

// probe is called by the stack, which counts windows in segments.
func (w *watcher) probe(s *tcp.TCPEndpointState) {
	mss := s.Sender.MaxPayloadSize
	if mss == 0 {
		return // nothing was sent yet
	}
	state := testbed.Socket{
		Time: w.wire.Now(), Host: w.side,
		Local: netip.AddrPortFrom(netip.AddrFrom4(s.ID.LocalAddress.As4()), s.ID.LocalPort),
		Peer:  netip.AddrPortFrom(netip.AddrFrom4(s.ID.RemoteAddress.As4()), s.ID.RemotePort),
		Cwnd:  s.Sender.SndCwnd * mss, InFlight: int(s.Sender.SndUna.Size(s.Sender.SndNxt)),
		SRTT: s.Sender.RTTState.SRTT, RTO: s.Sender.RTO,
	}
	if s.Sender.Ssthresh != tcp.InitialSsthresh {
		state.Ssthresh = s.Sender.Ssthresh * mss
	}
	w.told(state)
}
