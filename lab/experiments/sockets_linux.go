package experiments

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// socketTable reads the system's sockets from /proc/net, IPv4 and IPv6.
func socketTable(network string) ([]entry, error) {
	var all []entry
	for _, name := range []string{network, network + "6"} {
		entries, err := readTable("/proc/self/net/" + name)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

// states are the numbers of the table that matter here (include/net/tcp_states.h).
// A UDP socket that is not connected stands there as 07.
var states = map[string]string{"01": "ESTABLISHED", "06": "TIME-WAIT", "07": "UNCONNECTED", "0A": "LISTEN"}

// readTable reads lines such as "0: 0100007F:2329 00000000:0000 0A ...".
func readTable(path string) (entries []entry, err error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil // a system without IPv6
	}
	if err != nil {
		return nil, err
	}
	defer end(f, &err)
	lines := bufio.NewScanner(f)
	lines.Scan() // the heading
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 {
			return nil, fmt.Errorf("%s: a line of %d fields", path, len(fields))
		}
		_, hex, _ := strings.Cut(fields[1], ":")
		port, err := strconv.ParseUint(hex, 16, 16)
		if err != nil {
			return nil, fmt.Errorf("%s: port %q: %w", path, hex, err)
		}
		entries = append(entries, entry{port: uint16(port), state: states[fields[3]]})
	}
	return entries, lines.Err()
}
