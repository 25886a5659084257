package kernel

import (
	"fmt"

	"github.com/vishvananda/netlink"

	"echolab/lab/networks/procnet"
)

// Overflowed is how many datagrams this host threw away because the receive
// buffer of their socket was full.
func (h *Host) Overflowed() (int64, error) { return h.counter("Udp.RcvbufErrors") }

// Unassembled is how many datagrams this host did not put together from their
// fragments: one was missing, or there was no room to keep them.
func (h *Host) Unassembled() (int64, error) { return h.counter("Ip.ReasmFails") }

// ChecksumErrors is how many packets this host threw away because a checksum,
// or a header field that a checksum covers, was wrong. The kernel checks a
// datagram when its socket reads on, so the last may be counted late.
func (h *Host) ChecksumErrors() (int64, error) {
	c, err := h.counters()
	if err != nil {
		return 0, err
	}
	udp := c["Udp.InErrors"] - c["Udp.RcvbufErrors"] - c["Udp.MemErrors"]
	return c["Ip.InHdrErrors"] + c["Tcp.InErrs"] + udp + h.device.malformed.Load(), nil
}

// Retransmissions is how many segments this host's TCP has retransmitted.
func (h *Host) Retransmissions() (int64, error) { return h.counter("Tcp.RetransSegs") }

// DeviceDrops is how many packets this host sent that never reached the wire,
// because the device's queue was full.
func (h *Host) DeviceDrops() (int64, error) {
	l, err := inside(h, func() (netlink.Link, error) { return netlink.LinkByName(ifaceName) })
	if err != nil {
		return 0, fmt.Errorf("find interface %s: %w", ifaceName, err)
	}
	if s := l.Attrs().Statistics; s != nil {
		return int64(s.TxDropped), nil
	}
	return 0, nil
}

// procNet is the folder with the tables of the calling thread's namespace. The
// folder /proc/net shows that of the process's first thread, which is another.
const procNet = "/proc/thread-self/net"

// counters reads the namespace's counters.
func (h *Host) counters() (map[string]int64, error) {
	return inside(h, func() (map[string]int64, error) { return procnet.Counters(procNet) })
}

func (h *Host) counter(name string) (int64, error) {
	c, err := h.counters()
	return c[name], err
}

// States counts this host's TCP sockets by the name that RFC 9293 section 3.3.2
// gives their state. Sockets that were closed but still wait are among them.
func (h *Host) States() (map[string]int, error) {
	sockets, err := inside(h, func() ([]procnet.Socket, error) { return procnet.Sockets(procNet, "tcp") })
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int)
	for _, s := range sockets {
		counts[s.State]++
	}
	return counts, nil
}
