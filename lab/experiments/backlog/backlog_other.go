//go:build !unix && !windows

package backlog

import "errors"

// listen cannot be called where the system has no sockets of its own.
func listen(uintptr, int) error { return errors.ErrUnsupported }
