package theory

// Least header sizes in bytes: IPv4 (RFC 791 section 3.1), UDP (RFC 768), TCP
// (RFC 9293 section 3.1), and the timestamps option of TCP with its padding
// (RFC 7323 section 3.2), which today's systems send in every segment.
const (
	IPv4Header      = 20
	UDPHeader       = 8
	TCPHeader       = 20
	TimestampOption = 12
)

// LargestDatagram is the most that one UDP datagram over IPv4 carries: the
// 16-bit total length of IP less the two headers.
const LargestDatagram = 65535 - IPv4Header - UDPHeader

// Efficiency is the share of the bytes on the wire that are payload, in
// percent, when every one of packets carries header bytes of headers.
func Efficiency(payload, packets, header int) float64 {
	total := payload + packets*header
	if total == 0 {
		return 0
	}
	return 100 * float64(payload) / float64(total)
}

// Fragments is how many IP packets a UDP datagram of payload bytes takes over
// a path with that MTU. Every fragment but the last carries a multiple of
// eight bytes (RFC 791 section 3.2).
func Fragments(payload, mtu int) int {
	if payload+UDPHeader+IPv4Header <= mtu {
		return 1
	}
	room := (mtu - IPv4Header) / 8 * 8
	return (payload + UDPHeader + room - 1) / room
}
