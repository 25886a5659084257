package udp

import (
	"net"
	"net/netip"
)

// This file has no twin: TCP's handshake proves that a client owns the address
// that it names.

// wouldLoop says whether an answer to that address could be answered in turn,
// and so on for ever. A UDP server has to believe the source address of a
// datagram: one datagram with a forged address makes two echo servers answer
// each other without end (CERT CA-1996-01). So this server sends nothing to the
// well-known ports (RFC 6335 6), where services such as echo and chargen are,
// nor to its own port number on any host. It does not protect against echo
// servers on other ports: keep them off open networks.
func (s *Server) wouldLoop(client net.Addr) bool {
	port := portOf(client)
	return port < 1024 || port == portOf(s.addr)
}

// portOf is the port of a socket's address; 0 where it has none.
func portOf(addr net.Addr) uint16 {
	if udp, ok := addr.(*net.UDPAddr); ok {
		return udp.AddrPort().Port()
	}
	address, _ := netip.ParseAddrPort(addr.String())
	return address.Port()
}
