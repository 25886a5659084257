//go:build !unix && !windows

package backlog

import "errors"

// setBacklog cannot be done where the system has no sockets of its own.
func setBacklog(any, int) error { return errors.ErrUnsupported }
