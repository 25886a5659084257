//go:build !unix && !windows

package cast

import (
	"errors"
	"syscall"
)

// shareAddress cannot be done where the system has no sockets of its own.
func shareAddress(_, _ string, _ syscall.RawConn) error { return errors.ErrUnsupported }
