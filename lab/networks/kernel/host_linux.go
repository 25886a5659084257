package kernel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// Host is a network namespace, its TUN device and its sockets.
type Host struct {
	addr    netip.Prefix
	space   *namespace
	device  *device
	sockets sockets
	config  testbed.NetworkConfig
}

var _ testbed.Host = (*Host)(nil)

// newHost makes a namespace with one interface that owns the host's address.
func newHost(plan networks.HostPlan, c testbed.NetworkConfig) (*Host, error) {
	space, err := newNamespace()
	if err != nil {
		return nil, err
	}
	h := &Host{addr: plan.Addr, space: space, config: c}
	if err := space.do(func() error { return h.configure(plan) }); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// configure runs on a thread of the new namespace.
func (h *Host) configure(plan networks.HostPlan) (err error) {
	for name, value := range settings {
		_ = set(name, value) // not all kernels have all of them, and /proc/sys may be read-only
	}
	_ = set("net/ipv4/ip_local_port_range", fmt.Sprint(plan.FirstPort, plan.LastPort))
	if h.config.Congestion != "" {
		if err := probeCongestion(h.config.Congestion); err != nil {
			return err
		}
	}
	if h.device, err = openDevice(); err != nil {
		return err
	}
	return configureInterfaces(h.addr, h.config.MTU)
}

// Addr is the host's only address besides its loopback.
func (h *Host) Addr() netip.Addr { return h.addr.Addr() }

// Listen waits for TCP connections at address, on "tcp" or "tcp4". What it
// returns is a *net.TCPListener inside, and Accept's are *net.TCPConn.
func (h *Host) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	network, err := requireNumeric("listen", "tcp", network, address)
	if err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: h.control, KeepAlive: -1}
	config.SetMultipathTCP(false) // Go's listeners speak it by default
	l, err := inside(h, func() (net.Listener, error) { return config.Listen(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	plain := l.(*net.TCPListener)
	if err := track(&h.sockets, plain); err != nil {
		return nil, err
	}
	return &Listener{plain, &h.sockets}, nil
}

// ListenPacket takes datagrams at address, on "udp" or "udp4", with a
// *net.UDPConn.
func (h *Host) ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	network, err := requireNumeric("listen", "udp", network, address)
	if err != nil {
		return nil, err
	}
	return h.listenPacket(ctx, net.ListenConfig{Control: h.control}, network, address)
}

func (h *Host) listenPacket(
	ctx context.Context, config net.ListenConfig, network, address string,
) (net.PacketConn, error) {
	c, err := inside(h, func() (net.PacketConn, error) { return config.ListenPacket(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	if err := track(&h.sockets, c.(*net.UDPConn)); err != nil {
		return nil, err
	}
	return c, nil
}

// ListenGroup takes datagrams at an address that others on this host may
// listen at too. If it is a multicast group, it joins it.
func (h *Host) ListenGroup(ctx context.Context, address netip.AddrPort) (net.PacketConn, error) {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return control(c, func(fd int) error { return h.share(fd, address.Addr()) })
	}}
	if !address.Addr().Is4() {
		return nil, fmt.Errorf("listen at %s on a host without IPv6: %w", address, unix.EAFNOSUPPORT)
	}
	return h.listenPacket(ctx, config, "udp4", address.String())
}

// share makes a socket take its address beside others, and its group.
func (h *Host) share(fd int, group netip.Addr) error {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return fmt.Errorf("share the port: %w", err)
	}
	if !group.IsMulticast() {
		return nil
	}
	membership := &unix.IPMreq{Multiaddr: group.As4(), Interface: h.Addr().As4()}
	if err := unix.SetsockoptIPMreq(fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, membership); err != nil {
		return fmt.Errorf("join group %s: %w", group, err)
	}
	return nil
}

// DialContext opens a conversation with address, on "tcp", "tcp4", "udp" or
// "udp4". ctx bounds the handshake, not the conversation. What it returns is a
// *net.TCPConn or a *net.UDPConn.
func (h *Host) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	network, err := requireNumeric("dial", networks.Protocol(network), network, address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Control: h.control, KeepAlive: -1}
	dialer.SetMultipathTCP(false)
	c, err := inside(h, func() (net.Conn, error) { return dialer.DialContext(ctx, network, address) })
	switch socket := c.(type) {
	case *net.TCPConn:
		err = track(&h.sockets, socket)
	case *net.UDPConn:
		err = track(&h.sockets, socket)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// inside runs f on a thread of the host's namespace.
func inside[T any](h *Host, f func() (T, error)) (v T, err error) {
	err = h.space.do(func() (err error) { v, err = f(); return err })
	return v, err
}

// requireNumeric checks that an address is of numbers, and returns the network
// word to open it with. Names are refused because package net would look them up,
// and dial several addresses, on other threads than the one in the namespace.
// The word always ends in 4: for the others package net finds out once, and
// for the whole process, whether there is IPv6; here there is none.
func requireNumeric(step, protocol, network, address string) (string, error) {
	if _, err := networks.NumericAddress(protocol, network, address); err != nil {
		return "", &net.OpError{Op: step, Net: network, Err: err}
	}
	return protocol + "4", nil
}

// control gives a socket the options of the network before it is used. The
// sockets that a listener accepts inherit them.
func (h *Host) control(network, _ string, c syscall.RawConn) error {
	return control(c, func(fd int) error {
		buffers := map[int]int{unix.SO_RCVBUF: h.config.ReceiveBuffer, unix.SO_SNDBUF: h.config.SendBuffer}
		for option, bytes := range buffers {
			if bytes == 0 {
				continue
			}
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, bytes); err != nil {
				return fmt.Errorf("set a buffer of %d bytes: %w", bytes, err)
			}
		}
		if h.config.Congestion == "" || network[:3] != "tcp" {
			return nil
		}
		if err := unix.SetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION, h.config.Congestion); err != nil {
			return fmt.Errorf("set congestion control %s: %w", h.config.Congestion, err)
		}
		return nil
	})
}

// control runs f on a socket's file descriptor.
func control(c syscall.RawConn, f func(fd int) error) error {
	var failed error
	err := c.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}

// orphanRetries is how often the kernel sends again on a closed connection whose
// peer is gone with the wire: once instead of eight times, after which the
// namespace is free.
const orphanRetries = "1"

// close ends what newHost began.
func (h *Host) close() error {
	h.sockets.close()
	_ = h.space.do(func() error { return set("net/ipv4/tcp_orphan_retries", orphanRetries) }) // or it takes longer
	var err error
	if h.device != nil {
		err = h.device.Close()
	}
	return errors.Join(err, h.space.close())
}
