//go:build !unix

package tcp

import (
	"errors"
	"net"
)

// setBacklog is for Unix systems only.
func setBacklog(net.Listener, int) error { return errors.ErrUnsupported }
