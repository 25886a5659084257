//go:build unix

package tcp

import (
	"errors"
	"net"
	"syscall"
)

// setBacklog calls listen(2) again with another backlog, since package net
// always asks for the system's maximum. That changes the bound of the existing
// queue. Linux lets one connection more than the bound wait.
func setBacklog(listener net.Listener, backlog int) error {
	socket, ok := listener.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	if err := raw.Control(func(fd uintptr) { refused = syscall.Listen(int(fd), backlog) }); err != nil {
		return err
	}
	return refused
}
