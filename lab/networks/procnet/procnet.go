// Package procnet reads the tables of a Linux network namespace: its sockets and
// its counters, as proc_net(5) and proc_pid_net(5) describe them. The caller says
// in which folder they are, for example /proc/self/net, since each process and
// each thread has a folder of its own that shows its own namespace.
package procnet

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Socket is one line of a table of sockets.
type Socket struct {
	Local, Remote netip.AddrPort
	State         string // one of the states below
}

// The names that RFC 9293 section 3.3.2 gives the states of a TCP socket. A UDP
// socket is ESTABLISHED if it is connected, else CLOSED.
const (
	Established = "ESTABLISHED"
	TimeWait    = "TIME-WAIT"
	Closed      = "CLOSED"
	Listen      = "LISTEN"
)

// states are the states by the kernel's number (include/net/tcp_states.h).
var states = map[string]string{
	"01": Established, "02": "SYN-SENT", "03": "SYN-RECEIVED", "04": "FIN-WAIT-1",
	"05": "FIN-WAIT-2", "06": TimeWait, "07": Closed, "08": "CLOSE-WAIT",
	"09": "LAST-ACK", "0A": Listen, "0B": "CLOSING", "0C": "SYN-RECEIVED",
}

// Sockets lists the sockets of a protocol, "tcp" or "udp", over IPv4 and IPv6. A
// TCP socket that was closed but still waits is among them.
func Sockets(folder, protocol string) ([]Socket, error) {
	var all []Socket
	for _, name := range []string{protocol, protocol + "6"} {
		table, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) && name != protocol {
			continue // a system without IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("list the %s sockets: %w", protocol, err)
		}
		if all, err = appendSockets(all, string(table)); err != nil {
			return nil, fmt.Errorf("list the %s sockets in %s: %w", protocol, filepath.Join(folder, name), err)
		}
	}
	return all, nil
}

// appendSockets reads lines such as "0: 0100007F:2329 00000000:0000 0A ...".
func appendSockets(all []Socket, table string) ([]Socket, error) {
	_, lines, _ := strings.Cut(table, "\n") // the first line is the heading
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			return nil, fmt.Errorf("a line of %d fields", len(fields))
		}
		local, err := parseAddress(fields[1])
		if err != nil {
			return nil, err
		}
		remote, err := parseAddress(fields[2])
		if err != nil {
			return nil, err
		}
		all = append(all, Socket{local, remote, states[fields[3]]})
	}
	return all, nil
}

// parseAddress reads "0100007F:2329". The kernel prints an address as numbers of
// 32 bits in its own byte order.
func parseAddress(s string) (netip.AddrPort, error) {
	words, port, _ := strings.Cut(s, ":")
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("port of %q: %w", s, err)
	}
	b, err := hex.DecodeString(words)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("address of %q: %w", s, err)
	}
	for i := 0; i+4 <= len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	addr, ok := netip.AddrFromSlice(b)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("address of %q: %d bytes", s, len(b))
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(number)), nil
}

// Counters reads the table "snmp": pairs of lines with names and numbers, as in
// "Udp: InDatagrams NoPorts" and "Udp: 3 1". The keys are as "Udp.NoPorts".
func Counters(folder string) (map[string]int64, error) {
	table, err := os.ReadFile(filepath.Join(folder, "snmp"))
	if err != nil {
		return nil, fmt.Errorf("read the network's counters: %w", err)
	}
	counters := make(map[string]int64)
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		names, numbers := strings.Fields(lines[i]), strings.Fields(lines[i+1])
		for k := 1; k < min(len(names), len(numbers)); k++ {
			counters[strings.Replace(names[0], ":", ".", 1)+names[k]], _ = strconv.ParseInt(numbers[k], 10, 64)
		}
	}
	return counters, nil
}
