package kernel

import (
	"math"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// watchSockets is a tap that tells the state of a host's TCP sockets whenever that
// host has sent a packet or was handed one; nil where nobody wants to know.
func watchSockets(client, server *Host, told func(testbed.Socket)) wire.Tap {
	if told == nil {
		return nil
	}
	hosts := [2]*Host{wire.Client: client, wire.Server: server}
	return func(e wire.Event) {
		side := e.From
		if e.Fate == link.Delivered || e.Fate == link.Corrupted {
			side = 1 - e.From
		}
		for _, c := range hosts[side].sockets.connections() {
			if s, ok := socketState(c); ok {
				s.Time, s.Host = e.Time, side
				told(s)
			}
		}
	}
}

// noThreshold is what Linux says while a connection has no slow start threshold
// (TCP_INFINITE_SSTHRESH).
const noThreshold = math.MaxInt32

// socketState is what TCP_INFO tells of a connection. Linux counts windows in
// segments, and times in microseconds.
func socketState(c *net.TCPConn) (s testbed.Socket, ok bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return s, false
	}
	var info *unix.TCPInfo
	asked := control(raw, func(fd int) (err error) {
		info, err = unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		return err
	})
	if asked != nil {
		return s, false
	}
	mss := int(info.Snd_mss)
	s = testbed.Socket{
		Local: c.LocalAddr().(*net.TCPAddr).AddrPort(), Peer: c.RemoteAddr().(*net.TCPAddr).AddrPort(),
		Cwnd: int(info.Snd_cwnd) * mss, InFlight: int(info.Unacked) * mss,
		SRTT: time.Duration(info.Rtt) * time.Microsecond, RTO: time.Duration(info.Rto) * time.Microsecond,
	}
	if info.Snd_ssthresh < noThreshold {
		s.Ssthresh = int(info.Snd_ssthresh) * mss
	}
	return s, true
}

// connections are the TCP connections of a host that are open.
func (s *sockets) connections() []*net.TCPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*net.TCPConn
	for _, socket := range s.open {
		if c, ok := socket().(*net.TCPConn); ok && c != nil {
			all = append(all, c)
		}
	}
	return all
}
