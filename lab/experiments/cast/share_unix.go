//go:build unix

package cast

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"

	"echolab/lab/experiments/probe"
)

// shareAddress lets several sockets receive on one port, which only makes
// sense for broadcast and multicast.
func shareAddress(_, _ string, c syscall.RawConn) error {
	return probe.Control(c, func(fd uintptr) error {
		return errors.Join(
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
	})
}
