package packet

import (
	"net/netip"

	"echolab/lab/wire"
)

// Bounds of what Conversations remembers. Packets of further conversations belong
// to none.
const (
	mostConversations = 1 << 16
	mostFragmented    = 1 << 12
)

// Conversations tells apart the TCP connections and UDP exchanges in a series
// of packets. Its zero value has seen none.
type Conversations struct {
	numbers    map[connKey]int
	ends       []flow // by number less one: from its client to its server
	fragmented map[fragmentKey]int
}

// connKey is a conversation, in whichever direction its packets go.
type connKey struct {
	protocol Protocol
	ends     flow // the lesser address first
}

// fragmentKey are the fragments of one packet (RFC 791 section 2.3).
type fragmentKey struct {
	from, to netip.Addr
	protocol Protocol
	id       uint16
}

// Of is the number of the conversation that a packet belongs to, from 1 in the
// order in which they began; 0 if it belongs to none. An ICMP message belongs
// to the conversation that it is about. Of is to be called in the order of the
// packets.
func (c *Conversations) Of(p Packet) int {
	piece := fragmentKey{p.Source, p.Destination, p.Protocol, p.ID}
	switch {
	case p.ICMP != nil && p.ICMP.Source.IsValid():
		return c.numbers[connKeyOf(p.ICMP.Protocol, flow{p.ICMP.Source, p.ICMP.Destination})]
	case p.FragmentOffset > 0:
		return c.fragmented[piece]
	case p.TCP == nil && p.UDP == nil:
		return 0
	}
	n := c.number(p)
	if p.MoreFragments && n > 0 {
		if c.fragmented == nil || len(c.fragmented) >= mostFragmented {
			c.fragmented = map[fragmentKey]int{}
		}
		c.fragmented[piece] = n
	}
	return n
}

// number finds the conversation of a packet with ports, or begins it.
func (c *Conversations) number(p Packet) int {
	f := p.flow()
	k := connKeyOf(p.Protocol, f)
	if n, ok := c.numbers[k]; ok || len(c.ends) >= mostConversations {
		return n
	}
	if c.numbers == nil {
		c.numbers = map[connKey]int{}
	}
	if p.TCP != nil && p.TCP.Flags.Has(SYN|ACK) {
		f = f.back() // an answer: the SYN was not seen
	}
	c.ends = append(c.ends, f)
	c.numbers[k] = len(c.ends)
	return len(c.ends)
}

// Ends are the client, which sent first, and the server of a conversation.
func (c *Conversations) Ends(number int) (client, server netip.AddrPort) {
	f := c.ends[number-1]
	return f.from, f.to
}

// Side is the side of a conversation that a packet of it comes from.
func (c *Conversations) Side(number int, p Packet) wire.Side {
	f := c.ends[number-1]
	same := p.Source == f.from.Addr()
	if f.from.Addr() == f.to.Addr() { // both on one host: the ports tell
		same = p.SourcePort() == f.from.Port()
		if p.ICMP != nil {
			same = p.ICMP.Source != f.from
		}
	}
	if same {
		return wire.Client
	}
	return wire.Server
}

func connKeyOf(protocol Protocol, f flow) connKey {
	if f.to.Compare(f.from) < 0 {
		f = f.back()
	}
	return connKey{protocol, f}
}
