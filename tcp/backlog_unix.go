//go:build unix

package tcp

import (
	"errors"
	"net"
	"syscall"
)

// setBacklog calls listen(2) again with a backlog of its own, for package net
// always asks for the system's maximum. It moves the bound of the queue that
// is there already. Linux lets one connection more than that wait.
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
