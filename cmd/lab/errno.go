package main

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// socketError is what a system says about a socket. Windows has numbers of its
// own for these, which no other system uses.
type socketError struct{ posix, windows syscall.Errno }

// These are the errors that have a hint.
var (
	forbidden  = socketError{syscall.EACCES, 10013}
	tooLong    = socketError{syscall.EMSGSIZE, 10040}
	inUse      = socketError{syscall.EADDRINUSE, 10048}
	notOurs    = socketError{syscall.EADDRNOTAVAIL, 10049}
	unusable   = socketError{syscall.EINVAL, 10022}
	brokenOff  = socketError{syscall.ECONNRESET, 10054}
	brokenPipe = socketError{syscall.EPIPE, 10053}
	refused    = socketError{syscall.ECONNREFUSED, 10061}
)

// in reports whether err is or wraps this error.
func (e socketError) in(err error) bool {
	return errors.Is(err, e.posix) || errors.Is(err, e.windows)
}

// rootCause is what the system said, without the steps and addresses around it,
// which the program has named already.
func rootCause(err error) error {
	var call *os.SyscallError
	var step *net.OpError
	switch {
	case errors.As(err, &call):
		return call.Err
	case errors.As(err, &step):
		return step.Err
	}
	return err
}
