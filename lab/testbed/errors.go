package testbed

import (
	"errors"
	"io"
	"slices"
	"syscall"
)

// The errors of Windows' sockets that mean what the errors of the same name in
// package syscall mean elsewhere. No other system has errors of these numbers.
const (
	wsaTooLong  = syscall.Errno(10040) // WSAEMSGSIZE
	wsaAborted  = syscall.Errno(10053) // WSAECONNABORTED
	wsaReset    = syscall.Errno(10054) // WSAECONNRESET
	wsaTimedOut = syscall.Errno(10060) // WSAETIMEDOUT
	wsaRefused  = syscall.Errno(10061) // WSAECONNREFUSED
)

// isAny reports whether an error is one of those.
func isAny(err error, of ...error) bool {
	return slices.ContainsFunc(of, func(one error) bool { return errors.Is(err, one) })
}

// IsRefused reports whether an error says that a port is closed.
func IsRefused(err error) bool { return isAny(err, syscall.ECONNREFUSED, wsaRefused) }

// IsTooLong reports whether an error says that a message is too long to send.
func IsTooLong(err error) bool { return isAny(err, syscall.EMSGSIZE, wsaTooLong) }

// ended reports whether an error says that the peer or the system ended a
// conversation.
func ended(err error) bool {
	return IsRefused(err) || isAny(err, io.EOF, io.ErrUnexpectedEOF, syscall.EPIPE,
		syscall.ECONNRESET, syscall.ETIMEDOUT, wsaAborted, wsaReset, wsaTimedOut)
}
