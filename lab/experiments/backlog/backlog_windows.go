package backlog

import "syscall"

func listen(fd uintptr, n int) error { return syscall.Listen(syscall.Handle(fd), n) }
