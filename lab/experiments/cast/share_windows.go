package cast

import (
	"syscall"

	"echolab/lab/experiments/probe"
)

// shareAddress lets several sockets receive on one port, which only makes
// sense for broadcast and multicast.
func shareAddress(_, _ string, c syscall.RawConn) error {
	return probe.Control(c, func(fd uintptr) error {
		return syscall.SetsockoptInt(syscall.Handle(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
}
