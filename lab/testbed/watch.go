package testbed

import (
	"net/netip"
	"slices"
	"time"

	"echolab/lab/wire"
)

// Watch looks at a network while it runs. Either part may be nil.
type Watch struct {
	Packets wire.Tap
	Sockets func(Socket) // is told the state of TCP's sockets; calls never overlap
}

// NewWatch makes the watch for a network that is about to be opened.
type NewWatch func(o wire.Options) Watch

// Watches is a watch that is several; what none of them has, it has not either.
func Watches(all ...Watch) Watch {
	var w Watch
	var taps []wire.Tap
	var sockets []func(Socket)
	for _, one := range all {
		taps, sockets = append(taps, one.Packets), append(sockets, one.Sockets)
	}
	w.Packets = wire.Taps(taps...)
	if sockets = slices.DeleteFunc(sockets, func(f func(Socket)) bool { return f == nil }); len(sockets) > 0 {
		w.Sockets = func(s Socket) {
			for _, told := range sockets {
				told(s)
			}
		}
	}
	return w
}

// Socket is what a TCP socket knows of its path at a moment, as its stack tells it
// (Linux: TCP_INFO). Sizes are bytes of application data.
type Socket struct {
	Time        time.Duration // since the wire was joined
	Host        wire.Side
	Local, Peer netip.AddrPort
	Cwnd        int           // congestion window (RFC 5681 section 2)
	Ssthresh    int           // slow start threshold; 0 while there is none
	InFlight    int           // sent and not acknowledged yet
	SRTT        time.Duration // smoothed round-trip time (RFC 6298 section 2); 0 before the first measurement
	RTO         time.Duration // retransmission timeout
}

// Tells reports whether the state differs from an earlier one in anything but its time.
func (s Socket) Tells(earlier Socket) bool {
	earlier.Time = s.Time
	return s != earlier
}
