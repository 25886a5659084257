package networks

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// Protocol is the protocol of a network word that a host dials with.
func Protocol(network string) string {
	if network == "udp" || network == "udp4" {
		return "udp"
	}
	return "tcp"
}

// NumericAddress reads an address as hosts in the lab understand it: IPv4, in
// numbers, such as "10.0.0.2:7", "0.0.0.0:0" or ":7". Names are refused: there
// is no name server. The network word must be protocol ("tcp", "udp"), alone or
// with a 4.
func NumericAddress(protocol, network, address string) (netip.AddrPort, error) {
	switch network {
	case protocol, protocol + "4":
	case protocol + "6":
		return netip.AddrPort{}, fmt.Errorf("%s on a host without IPv6: %w", network, syscall.EAFNOSUPPORT)
	default:
		return netip.AddrPort{}, net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return netip.AddrPort{}, &net.AddrError{Err: "port must be a number from 0 to 65535", Addr: address}
	}
	ip := netip.IPv4Unspecified()
	if host != "" {
		if ip, err = netip.ParseAddr(host); err != nil || !ip.Unmap().Is4() {
			return netip.AddrPort{}, &net.AddrError{Err: "host must be an IPv4 address", Addr: address}
		}
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(port)), nil
}
