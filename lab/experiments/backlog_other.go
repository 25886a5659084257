//go:build !unix && !windows

package experiments

import (
	"errors"
	"net"
)

// setBacklog cannot be done where the system has no sockets of its own.
func setBacklog(net.Listener, int) error { return errors.ErrUnsupported }
