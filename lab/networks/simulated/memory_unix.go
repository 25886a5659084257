//go:build unix

package simulated

import (
	"context"

	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// withMemory has a machine that is made under the context take memory that grows
// where it lies, until it is freed. The sandbox's own is copied each time that it
// grows, which takes a quarter of a short run.
func withMemory(ctx context.Context) (_ context.Context, free func()) {
	addresses, err := unix.Mmap(-1, 0, memoryPages*pageSize, unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return ctx, func() {}
	}
	reserve := func(_, _ uint64) experimental.LinearMemory { return &memory{addresses: addresses} }
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(reserve)), func() {
		_ = unix.Munmap(addresses) // fails only for what was not mapped
	}
}

// memory is reserved addresses, of which the first usable can be used. It takes
// pages of the system when they are.
type memory struct {
	addresses []byte
	usable    uint64
}

// Reallocate makes size bytes usable, or returns nil if there are not as many.
func (m *memory) Reallocate(size uint64) []byte {
	switch {
	case size > uint64(len(m.addresses)):
		return nil
	case size > m.usable:
		if unix.Mprotect(m.addresses[m.usable:size], unix.PROT_READ|unix.PROT_WRITE) != nil {
			return nil
		}
		m.usable = size
	}
	return m.addresses[:size:size]
}

// Free does nothing: the addresses are freed when the run has ended.
func (*memory) Free() {}
