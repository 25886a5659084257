//go:build unix

package backlog

import "syscall"

func listen(fd uintptr, n int) error { return syscall.Listen(int(fd), n) }
