package sockets

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"echolab/lab/experiments/probe"
)

// socketTable reads the system's sockets from /proc/net, IPv4 and IPv6.
func socketTable(network string) ([]entry, error) {
	var all []entry
	for _, name := range []string{network, network + "6"} {
		entries, err := readTable("/proc/self/net/" + name)
		if os.IsNotExist(err) && name != network {
			continue // a system without IPv6
		}
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

// states are the numbers of the table that matter here (include/net/tcp_states.h).
// A UDP socket that is not connected stands there as 07.
var states = map[string]state{"01": established, "06": timeWait, "07": unconnected, "0A": listening}

// readTable reads lines such as "0: 0100007F:2329 00000000:0000 0A ...".
func readTable(path string) (entries []entry, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer probe.Close(f, &err)
	lines := bufio.NewScanner(f)
	lines.Scan() // the heading
	for lines.Scan() {
		e, err := readEntry(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		entries = append(entries, e)
	}
	return entries, lines.Err()
}

func readEntry(line string) (e entry, err error) {
	fields := strings.Fields(line)
	if len(fields) < 4 {
		return e, fmt.Errorf("a line of %d fields", len(fields))
	}
	if e.local, err = readAddress(fields[1]); err != nil {
		return e, err
	}
	if e.peer, err = readAddress(fields[2]); err != nil {
		return e, err
	}
	e.state = states[fields[3]]
	return e, nil
}

// readAddress reads "0100007F:2329". The kernel prints the address word by
// word, each as a number of its own byte order.
func readAddress(s string) (netip.AddrPort, error) {
	words, port, _ := strings.Cut(s, ":")
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("port of %q: %w", s, err)
	}
	b, err := hex.DecodeString(words)
	if err != nil || len(b)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("address of %q: %d bytes, %w", s, len(b), err)
	}
	for i := 0; i < len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	addr, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(addr.Unmap(), uint16(number)), nil
}
