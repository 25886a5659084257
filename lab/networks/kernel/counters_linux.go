package kernel

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
)

// Overflowed is how many datagrams this host threw away because the receive
// buffer of their socket was full.
func (h *Host) Overflowed() (int64, error) {
	c, err := h.counters()
	return c["Udp.RcvbufErrors"], err
}

// Unassembled is how many datagrams this host did not put together from their
// fragments: one was missing, or there was no room to keep them.
func (h *Host) Unassembled() (int64, error) {
	c, err := h.counters()
	return c["Ip.ReasmFails"], err
}

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

// Retransmissions is how many segments this host's TCP has sent again.
func (h *Host) Retransmissions() (int64, error) {
	c, err := h.counters()
	return c["Tcp.RetransSegs"], err
}

// DeviceDrops is how many packets this host sent that never reached the wire,
// because the device's queue was full.
func (h *Host) DeviceDrops() (int64, error) {
	var drops int64
	err := h.space.do(func() error {
		l, err := netlink.LinkByName(ifaceName)
		if err != nil {
			return fmt.Errorf("find interface %s: %w", ifaceName, err)
		}
		if s := l.Attrs().Statistics; s != nil {
			drops = int64(s.TxDropped)
		}
		return nil
	})
	return drops, err
}

// counters reads the namespace's table of counters: pairs of lines
// with names and numbers, as in "Udp: InDatagrams NoPorts" and "Udp: 3 1".
// They are keyed "Udp.NoPorts".
func (h *Host) counters() (map[string]int64, error) {
	text, err := h.read("snmp")
	if err != nil {
		return nil, err
	}
	counters := make(map[string]int64)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		protocol, names, _ := strings.Cut(lines[i], ":")
		_, numbers, _ := strings.Cut(lines[i+1], ":")
		values := strings.Fields(numbers)
		for k, name := range strings.Fields(names) {
			if k < len(values) {
				counters[protocol+"."+name], _ = strconv.ParseInt(values[k], 10, 64) // all are numbers
			}
		}
	}
	return counters, nil
}

// read reads one of the namespace's files under /proc/net. The directory of
// that name belongs to the process's first thread, which is elsewhere.
func (h *Host) read(name string) (text []byte, err error) {
	err = h.space.do(func() (err error) {
		text, err = os.ReadFile("/proc/thread-self/net/" + name)
		return err
	})
	return text, err
}

// states are the names that RFC 9293 section 3.3.2 gives the states, by the
// kernel's number (include/net/tcp_states.h).
var states = map[string]string{
	"01": "ESTABLISHED", "02": "SYN-SENT", "03": "SYN-RECEIVED", "04": "FIN-WAIT-1",
	"05": "FIN-WAIT-2", "06": "TIME-WAIT", "07": "CLOSED", "08": "CLOSE-WAIT",
	"09": "LAST-ACK", "0A": "LISTEN", "0B": "CLOSING", "0C": "SYN-RECEIVED",
}

// States counts this host's TCP sockets by their state. Sockets that were
// closed but still wait are among them.
func (h *Host) States() (map[string]int, error) {
	text, err := h.read("tcp")
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int)
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Scan() // the header
	for lines.Scan() {
		// sl, local address, remote address, state, ...
		if fields := strings.Fields(lines.Text()); len(fields) > 3 {
			counts[states[fields[3]]]++
		}
	}
	return counts, nil
}
