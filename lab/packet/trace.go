package packet

import (
	"net/netip"
	"slices"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Trace is what passed in one conversation.
type Trace struct {
	Transport    string // "tcp" or "udp"
	Network      string // where; "" if it was read from a file
	Conditions   wire.Options
	Wire         int // the number of its wire among those of a run, from 1; 0 if it was read from a file
	Client       netip.AddrPort
	Server       netip.AddrPort
	Packets      []Packet
	Left         int          // packets of the conversation that were not kept
	Conversation int          // its number, from 1
	Of           int          // conversations in all
	Together     int          // how many conversations of one wire these packets are of, where it is more than one
	Unseen       Sight        // what would show the lesson, and is not there; "" if it is, or nothing is looked for
	Marks        []int        // the packets that show the lesson, in order; none where all of them count alike
	Outcome      text.Message // what the application saw; zero if that is not known
}

// Closing reports whether a connection was being closed when its trace ended: at
// least one side had sent a FIN, and not both FINs were acknowledged.
func (t Trace) Closing() bool {
	if t.Together > 1 {
		return false // one of them is always on its way
	}
	said := slices.ContainsFunc(t.Packets, func(p Packet) bool { return p.TCP != nil && p.TCP.Flags.Has(FIN) })
	return said && !Closed(t.Packets)
}

// Closed reports whether a connection is over: a reset arrived, or both FINs
// and their acknowledgements.
func Closed(packets []Packet) bool {
	var fin [2]uint32 // what acknowledges each side's FIN
	var said, known [2]bool
	for _, p := range packets {
		if p.TCP == nil || p.Fate != link.Delivered {
			continue
		}
		me, peer := p.From, 1-p.From
		switch {
		case p.TCP.Flags.Has(RST):
			return true
		case p.TCP.Flags.Has(FIN):
			said[me], fin[me] = true, p.TCP.Seq+p.TCP.length(p.Payload)
		}
		if said[peer] && p.TCP.Flags.Has(ACK) && !after(fin[peer], p.TCP.Ack) {
			known[peer] = true
		}
	}
	return known[wire.Client] && known[wire.Server]
}
