package virtual

import (
	"net"
	"net/netip"
	"syscall"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

var protocols = map[string]tcpip.TransportProtocolNumber{
	"tcp": tcp.ProtocolNumber,
	"udp": udp.ProtocolNumber,
}

// full is the stack's form of an address; it writes the unspecified one as none.
func full(a netip.AddrPort) tcpip.FullAddress {
	if a.Addr().IsUnspecified() {
		return tcpip.FullAddress{Port: a.Port()}
	}
	return tcpip.FullAddress{Addr: tcpip.AddrFrom4(a.Addr().As4()), Port: a.Port()}
}

// fromUDP is the stack's form of the address of a datagram.
func fromUDP(addr net.Addr) (tcpip.FullAddress, error) {
	a, ok := addr.(*net.UDPAddr)
	if !ok || a == nil {
		return tcpip.FullAddress{}, syscall.EINVAL
	}
	ip := a.IP.To4()
	if ip == nil {
		return tcpip.FullAddress{}, syscall.EAFNOSUPPORT
	}
	return tcpip.FullAddress{Addr: tcpip.AddrFrom4([4]byte(ip)), Port: uint16(a.Port)}, nil
}

// toAddr is an address in the form of package net.
func toAddr(network string, a tcpip.FullAddress) net.Addr {
	ip := net.IPv4zero.To4()
	if a.Addr.Len() == net.IPv4len {
		ip = a.Addr.AsSlice()
	}
	if network == "tcp" {
		return &net.TCPAddr{IP: ip, Port: int(a.Port)}
	}
	return &net.UDPAddr{IP: ip, Port: int(a.Port)}
}
