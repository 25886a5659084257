package sockets

import "echolab/lab/networks/procnet"

// states are the states of a socket that the lesson names.
var states = map[string]state{
	procnet.Established: established, procnet.TimeWait: timeWait,
	procnet.Closed: unconnected, procnet.Listen: listening,
}

// socketTable reads the system's sockets, over IPv4 and IPv6.
func socketTable(network string) ([]entry, error) {
	sockets, err := procnet.Sockets("/proc/self/net", network)
	table := make([]entry, len(sockets))
	for i, s := range sockets {
		table[i] = entry{s.Local, s.Remote, states[s.State]}
	}
	return table, err
}
