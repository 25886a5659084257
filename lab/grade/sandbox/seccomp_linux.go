package sandbox

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Landlock does not keep a program from connecting to the machine's Unix sockets,
// nor from shared memory that outlives it. Where a box has no file system of its
// own, a filter refuses the system calls for these (seccomp(2)), and io_uring, by
// which a program could pass the filter. Pairs of sockets can still be made.

// Where seccomp_data holds what the filter looks at.
const (
	callNumber   = 0
	callArch     = 4
	callArgument = 16 // the lower half of the first one, on little-endian machines
)

// x32 marks the calls of another interface on amd64.
const x32 = 0x40000000

// refused are the calls that always fail, as if the kernel did not have them.
var refused = []uint32{unix.SYS_IO_URING_SETUP, unix.SYS_SHMGET, unix.SYS_MSGGET, unix.SYS_SEMGET}

// refuse is the filter; nil where the machine's calls are not known.
func refuse() []unix.SockFilter {
	if nativeArch == 0 {
		return nil
	}
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	skip := func(test uint16, value uint32, ifTrue, ifFalse uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | test, K: value, Jt: ifTrue, Jf: ifFalse}
	}
	end := func(verdict uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: verdict}
	}
	unknown := end(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS))
	filter := []unix.SockFilter{
		load(callArch), skip(unix.BPF_JEQ, nativeArch, 1, 0), unknown,
		load(callNumber), skip(unix.BPF_JGE, x32, 0, 1), unknown,
	}
	for _, call := range refused {
		filter = append(filter, skip(unix.BPF_JEQ, call, 0, 1), unknown)
	}
	return append(filter,
		skip(unix.BPF_JEQ, unix.SYS_SOCKET, 0, 3),
		load(callArgument), skip(unix.BPF_JEQ, unix.AF_UNIX, 0, 1), end(unix.SECCOMP_RET_ERRNO|uint32(unix.EAFNOSUPPORT)),
		end(unix.SECCOMP_RET_ALLOW),
	)
}

// enterFilter bounds the calling thread, and all that it starts.
func enterFilter(filter []unix.SockFilter) error {
	if len(filter) == 0 {
		return nil
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
	if err != nil && err != unix.EINVAL { // a kernel without filters
		return fmt.Errorf("filter system calls: %w", err)
	}
	return nil
}
