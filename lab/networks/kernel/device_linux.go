package kernel

import (
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"echolab/lab/wire"
)

const (
	tunPath   = "/dev/net/tun"
	ifaceName = "wire0"
	// deviceQueue is how many packets of the host may wait for the wire to
	// take them: about 15 MB, more than the windows of two connections. The
	// kernel drops what does not fit, and counts it.
	deviceQueue = 10000
)

// device is a TUN device: what the namespace's kernel sends comes out of it as
// bare IP packets, and what is written to it the kernel receives.
type device struct {
	file      *os.File
	shut      func() error
	malformed atomic.Int64 // packets written that were not IPv4
}

var _ wire.Device = (*device)(nil)

// openDevice makes the TUN device in the namespace of the calling thread. It
// vanishes when its file is closed, however that happens.
func openDevice() (*device, error) {
	fd, err := unix.Open(tunPath, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, noTUN("open "+tunPath, err)
	}
	request, err := unix.NewIfreq(ifaceName)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, noTUN("make TUN device "+ifaceName, err)
	}
	file := os.NewFile(uintptr(fd), tunPath)
	return &device{file: file, shut: sync.OnceValue(file.Close)}, nil
}

// Read waits for the next packet that the host sends.
func (d *device) Read(packet []byte) (int, error) { return d.file.Read(packet) }

// Write hands the host one packet. What is not IPv4 any more, because a bit
// flipped, is discarded and counted: the kernel would refuse it, or take it
// for IPv6.
func (d *device) Write(packet []byte) (int, error) {
	if len(packet) == 0 || packet[0]>>4 != 4 {
		d.malformed.Add(1)
		return len(packet), nil
	}
	return d.file.Write(packet)
}

// Close ends Read and Write, and takes the interface out of the namespace,
// for which the kernel needs some tens of milliseconds.
func (d *device) Close() error { return d.shut() }
