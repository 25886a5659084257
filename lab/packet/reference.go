package packet

// Reference is the section of the standard that tells what a packet like this one is
// for; "" where the lab knows none.
func (p Packet) Reference() string {
	switch {
	case p.ICMP != nil && p.ICMP.version6:
		return "RFC 4443"
	case p.ICMP != nil:
		return "RFC 792"
	case p.MoreFragments || p.FragmentOffset > 0:
		return "RFC 791 section 3.2" // fragmentation and reassembly
	case p.Protocol == UDP:
		return "RFC 768"
	case p.TCP != nil:
		return p.segmentReference()
	}
	return ""
}

// segmentReference is the section about what a segment does, the rarest first.
func (p Packet) segmentReference() string {
	switch t := p.TCP; {
	case t.Flags.Has(RST):
		return "RFC 9293 section 3.5.2" // reset generation
	case p.Retransmission:
		return "RFC 5681 section 3.2, RFC 6298 section 5" // fast retransmit; the timer
	case t.Flags.Has(SYN):
		return "RFC 9293 section 3.5" // establishing a connection
	case t.Flags.Has(FIN):
		return "RFC 9293 section 3.6" // closing a connection
	case p.Probe, t.Window == 0:
		return "RFC 9293 section 3.8.6.1" // zero-window probing
	case len(t.Options.SACK) > 0:
		return "RFC 2018 section 3" // selective acknowledgements
	case p.Payload > 0:
		return "RFC 9293 section 3.8" // data communication
	}
	return "RFC 9293 section 3.4" // sequence numbers, and what acknowledges them
}
