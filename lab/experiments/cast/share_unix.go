//go:build unix

package cast

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// shareAddress lets several sockets receive on one port, which only makes
// sense for broadcast and multicast.
func shareAddress(_, _ string, c syscall.RawConn) error {
	var err error
	controlErr := c.Control(func(fd uintptr) {
		if err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err == nil {
			err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		}
	})
	if controlErr != nil {
		return controlErr
	}
	return err
}
