package backlog

import "syscall"

// setBacklog calls listen again on a socket that already listens.
func setBacklog(l any, n int) error {
	raw, err := l.(syscall.Conn).SyscallConn()
	if err != nil {
		return err
	}
	var listenErr error
	if err := raw.Control(func(fd uintptr) { listenErr = syscall.Listen(syscall.Handle(fd), n) }); err != nil {
		return err
	}
	return listenErr
}
