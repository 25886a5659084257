//go:build unix

package backlog

import (
	"errors"
	"syscall"
)

// setBacklog calls listen(2) again on a socket that already listens, which
// changes its backlog.
func setBacklog(l any, n int) error {
	c, ok := l.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var listenErr error
	if err := raw.Control(func(fd uintptr) { listenErr = syscall.Listen(int(fd), n) }); err != nil {
		return err
	}
	return listenErr
}
