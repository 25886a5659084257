package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/networks/procnet"
)

// DialContext connects to an address within the box, as net.Dialer does. The
// networks are "tcp" and "udp", the address is a numerical one.
func (b *Box) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	to, file, err := b.socket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // the connection has a copy
	if err := connect(ctx, int(file.Fd()), to); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return net.FileConn(file)
}

// Listen listens on an address within the box, as net.ListenConfig does.
func (b *Box) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	at, file, err := b.socket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	fd := int(file.Fd())
	// As package net does: an old connection must not keep the port.
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, fmt.Errorf("reuse %s: %w", address, err)
	}
	if err := bind(ctx, fd, at); err != nil {
		return nil, fmt.Errorf("bind %s: %w", address, err)
	}
	if err := unix.Listen(fd, unix.SOMAXCONN); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return net.FileListener(file)
}

// ListenPacket opens a UDP socket at an address within the box, as
// net.ListenConfig does.
func (b *Box) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	at, file, err := b.socket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := bind(ctx, int(file.Fd()), at); err != nil {
		return nil, fmt.Errorf("bind %s: %w", address, err)
	}
	return net.FilePacketConn(file)
}

// socket has the init open a socket, which so belongs to the box's network.
func (b *Box) socket(ctx context.Context, network, address string) (netip.AddrPort, *os.File, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return at, nil, err
	}
	o := socket{Family: unix.AF_INET, Type: unix.SOCK_STREAM}
	if at.Addr().Is6() {
		o.Family = unix.AF_INET6
	}
	if strings.HasPrefix(network, "udp") {
		o.Type = unix.SOCK_DGRAM
	}
	fd, err := b.take(ctx, o)
	if err != nil {
		return at, nil, fmt.Errorf("open a %s socket in the sandbox: %w", network, err)
	}
	return at, os.NewFile(uintptr(fd), "socket"), nil
}

// take is an unused socket: one that came with an earlier response, or a new one.
func (b *Box) take(ctx context.Context, s socket) (int, error) {
	b.pool.Lock()
	defer b.pool.Unlock()
	if len(b.unused[s]) == 0 {
		fds, err := b.ask(ctx, request{Socket: &s})
		if err == nil {
			// The init closes its copies after it has sent them, and before it
			// answers again: a socket that we close must be closed.
			_, err = b.ask(ctx, request{Sync: true})
		}
		if err == nil && len(fds) == 0 {
			err = errors.New("no socket came")
		}
		if err != nil {
			closeDescriptors(fds)
			return -1, err
		}
		b.unused[s] = fds
	}
	fds := b.unused[s]
	b.unused[s] = fds[1:]
	return fds[0], nil
}

// bindWithin is how long an address may stay taken.
const bindWithin = 2 * time.Second

// bind waits for an address that is taken. A socket lives on for a moment
// after it was closed if meanwhile this program starts another one: between
// fork and exec the new process has copies of all descriptors.
func bind(ctx context.Context, fd int, at netip.AddrPort) error {
	deadline := time.Now().Add(bindWithin)
	for {
		err := unix.Bind(fd, sockaddr(at))
		if err != unix.EADDRINUSE || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// connect connects without holding a thread for longer than a moment.
func connect(ctx context.Context, fd int, to netip.AddrPort) error {
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	if err := unix.Connect(fd, sockaddr(to)); err != unix.EINPROGRESS {
		return err
	}
	for {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		n, err := unix.Poll(poll, int(20*time.Millisecond/time.Millisecond))
		if err != nil && err != unix.EINTR {
			return err
		}
		if n > 0 {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return err
	}
	if code != 0 {
		return unix.Errno(code)
	}
	return nil
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is6() {
		return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
	}
	return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
}

// ownProc is whether /proc shows this process under its own id, so that it
// shows the box's under theirs.
var ownProc = sync.OnceValue(func() bool {
	self, err := os.Readlink("/proc/self")
	return err == nil && self == strconv.Itoa(os.Getpid())
})

// Usage is what the programs of the box use now.
func (b *Box) Usage() (Usage, error) {
	if !ownProc() {
		return Usage{}, errors.ErrUnsupported
	}
	return usageOf(descendants(strconv.Itoa(b.init.Process.Pid), everything), everything, true), nil
}

// Sockets lists the sockets of the box's network, "tcp" or "udp". In a box without
// a network of its own it lists those of the machine.
func (b *Box) Sockets(network string) ([]procnet.Socket, error) {
	if !ownProc() {
		return nil, errors.ErrUnsupported
	}
	sockets, err := procnet.Sockets(fmt.Sprintf("/proc/%d/net", b.init.Process.Pid), network)
	if err != nil {
		return nil, fmt.Errorf("look for ports: %w", err)
	}
	return sockets, nil
}
