package udp

import (
	"net"
	"net/netip"
)

// This file has no twin: TCP's handshake proves that a client is where it
// says, and only a connection that it asked for is answered.

// answersBack says whether the answer might be answered in turn, and so on
// for ever. UDP believes whatever source a datagram names: one forged
// datagram makes two echo servers keep each other busy (CERT CA-1996-01). So
// nothing goes to the well-known ports (RFC 6335 6), where services such as
// echo and chargen are, nor to this server's own port on whatever host. Two
// servers on other ports can still be made to: keep them off open networks.
func (s *Server) answersBack(client net.Addr) bool {
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
