package netstack

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

var protocols = map[string]tcpip.TransportProtocolNumber{
	"tcp": tcp.ProtocolNumber,
	"udp": udp.ProtocolNumber,
}

// family checks that network is protocol over IPv4, the only IP of a host.
func family(protocol, network string) error {
	switch network {
	case protocol, protocol + "4":
		return nil
	case protocol + "6":
		return fmt.Errorf("%s on a host without IPv6: %w", network, syscall.EAFNOSUPPORT)
	}
	return net.UnknownNetworkError(network)
}

// parse reads "10.0.0.2:7", "0.0.0.0:7" or ":7". Names mean nothing here:
// there is nobody to ask.
func parse(address string) (tcpip.FullAddress, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return tcpip.FullAddress{}, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return tcpip.FullAddress{}, &net.AddrError{Err: "port must be a number from 0 to 65535", Addr: address}
	}
	full := tcpip.FullAddress{Port: uint16(port)}
	if host == "" {
		return full, nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Unmap().Is4() {
		return tcpip.FullAddress{}, &net.AddrError{Err: "host must be an IPv4 address", Addr: address}
	}
	if ip = ip.Unmap(); !ip.IsUnspecified() {
		full.Addr = tcpip.AddrFrom4(ip.As4())
	}
	return full, nil
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
