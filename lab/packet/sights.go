package packet

import (
	"cmp"
	"net/netip"
	"slices"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// sights find what can be seen in a trace: the packet in which it is seen
// first and those that follow from it, in order; none if it is not there.
var sights = map[Sight]func(Trace) []int{
	DataDropped:    func(t Trace) []int { return t.missing(link.Lost) },
	QueueFull:      func(t Trace) []int { return t.missing(link.Overflowed) },
	DataDamaged:    func(t Trace) []int { return t.missing(link.Corrupted) },
	WindowClosed:   Trace.windowCloses,
	WindowUsedUp:   Trace.windowUsedUp,
	WritesGathered: Trace.writesGathered,
	BothClose:      Trace.bothClose,
	SYNUnanswered:  Trace.unanswered,
	SYNAgain:       func(t Trace) []int { return t.marks(t.first(isSYNAgain)) },
	SentToMany:     Trace.sentToMany,
	Refused:        func(t Trace) []int { return t.marks(t.first(refuses)) },
	DataOvertaken:  Trace.overtaken,
	DataCopied:     Trace.copied,
}

// Sights are all that can be seen, in a fixed order.
func Sights() []Sight {
	var all []Sight
	for s := range sights {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

// Seen lists what can be seen in a trace.
func (t Trace) Seen() []Sight {
	return slices.DeleteFunc(Sights(), func(s Sight) bool { return len(sights[s](t)) == 0 })
}

// first is the place of the first packet that is so; -1 if none is.
func (t Trace) first(is func(Packet) bool) int { return slices.IndexFunc(t.Packets, is) }

// next is the place of the first packet behind another one that is so; -1 if
// none is, or if there is no other.
func (t Trace) next(at int, is func(Packet) bool) int {
	if at < 0 {
		return -1
	}
	if i := slices.IndexFunc(t.Packets[at+1:], is); i >= 0 {
		return at + 1 + i
	}
	return -1
}

// marks are places in order, without those that are none; nothing at all if
// the first is none.
func (t Trace) marks(first int, more ...int) []int {
	if first < 0 {
		return nil
	}
	all := slices.DeleteFunc(append(more, first), func(i int) bool { return i < 0 })
	slices.Sort(all)
	return slices.Compact(all)
}

func carriesData(p Packet) bool { return p.Payload > 0 }

func isSYNAgain(p Packet) bool {
	return p.TCP != nil && p.Retransmission && p.TCP.Flags.Has(SYN) && !p.TCP.Flags.Has(ACK)
}

// refuses is RST in answer to a SYN (RFC 9293 section 3.5.2), or ICMP's news
// that a port is unreachable.
func refuses(p Packet) bool {
	return p.TCP != nil && p.TCP.Flags.Has(RST|ACK) && p.TCP.RelativeAck == 1 && p.From == wire.Server ||
		p.ICMP != nil && p.ICMP.PortUnreachable()
}

// missing is data that met a fate, and how TCP repairs it: the first selective
// acknowledgement behind the gap (RFC 2018), the retransmission, and the
// acknowledgement of that.
func (t Trace) missing(fate link.Fate) []int {
	at := t.first(func(p Packet) bool { return p.Fate == fate && p.Payload > 0 && !p.Copy })
	if at < 0 || t.Packets[at].TCP == nil {
		return t.marks(at)
	}
	gone := t.Packets[at]
	seq, end := gone.TCP.Seq, gone.TCP.Seq+uint32(gone.Payload)
	told := t.next(at, func(p Packet) bool {
		return p.From != gone.From && p.NamesGap() && !after(p.TCP.Ack, seq)
	})
	again := t.next(at, func(p Packet) bool {
		return p.From == gone.From && p.Retransmission &&
			!after(p.TCP.Seq, seq) && after(p.TCP.Seq+uint32(p.Payload), seq)
	})
	known := t.next(again, func(p Packet) bool {
		return p.From != gone.From && p.TCP != nil && p.TCP.Flags.Has(ACK) && !after(end, p.TCP.Ack)
	})
	return t.marks(at, told, again, known)
}

// windowCloses is the first window of zero, a probe of it, the window that is
// open again, and the data that follows.
func (t Trace) windowCloses() []int {
	at := t.first(func(p Packet) bool { return p.TCP != nil && p.TCP.Window == 0 && !p.TCP.Flags.any(SYN|RST) })
	if at < 0 {
		return nil
	}
	full := t.Packets[at].From
	probe := t.next(at, func(p Packet) bool { return p.From != full && p.Probe })
	open := t.next(at, func(p Packet) bool {
		return p.From == full && p.TCP != nil && p.TCP.Window > 0 && !p.TCP.Flags.any(RST)
	})
	if probe > open {
		probe = -1 // of another time
	}
	more := t.next(open, func(p Packet) bool { return p.From != full && p.Payload > 0 })
	return t.marks(at, probe, open, more)
}

// fewParts is the part of the largest window that a small one does not exceed.
const fewParts = 4

// windowUsedUp is the first data of the client that leaves less room than it
// took itself in what the server's window still allows (the usable window of RFC
// 9293 section 3.8.6.2.1), once that window has become a small part of what it
// was; then the next window that allows more, and the data that follows.
func (t Trace) windowUsedUp() []int {
	at := t.usesUp()
	if at < 0 {
		return nil
	}
	end := t.Packets[at].TCP.RelativeSeq + uint32(t.Packets[at].Payload)
	open := t.next(at, func(p Packet) bool { return p.From == wire.Server && p.TCP != nil && after(windowEnd(p), end) })
	more := t.next(open, func(p Packet) bool { return p.From == wire.Client && p.Payload > 0 })
	return t.marks(at, open, more)
}

// usesUp is the place of that data; -1 if there is none.
func (t Trace) usesUp() int {
	var told []Packet
	for _, p := range t.Packets {
		if p.From == wire.Server && p.TCP != nil && p.Fate == link.Delivered && !p.TCP.Flags.any(SYN|RST) {
			told = append(told, p)
		}
	}
	slices.SortStableFunc(told, func(a, b Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	var end uint32
	window, largest := 0, 0
	for i, p := range t.Packets {
		if p.From != wire.Client || p.TCP == nil || p.Payload == 0 {
			continue
		}
		for ; len(told) > 0 && told[0].Delivered <= p.Time; told = told[1:] {
			end, window = windowEnd(told[0]), told[0].TCP.ScaledWindow
			largest = max(largest, window)
		}
		room := int(int32(end - p.TCP.RelativeSeq - uint32(p.Payload)))
		if room < p.Payload && window*fewParts < largest {
			return i
		}
	}
	return -1
}

// windowEnd is the first number that a segment does not allow to be sent.
func windowEnd(p Packet) uint32 { return p.TCP.RelativeAck + uint32(p.TCP.ScaledWindow) }

// writesGathered is a first small segment, its acknowledgement, and a second
// segment that holds more than the first and leaves only then (Nagle's
// algorithm, RFC 9293 section 3.7.4).
func (t Trace) writesGathered() []int {
	small := t.first(func(p Packet) bool { return p.TCP != nil && p.Payload > 0 })
	if small < 0 {
		return nil
	}
	s := t.Packets[small]
	end := s.TCP.Seq + uint32(s.Payload)
	known := t.next(small, func(p Packet) bool {
		return p.From != s.From && p.TCP != nil && p.TCP.Flags.Has(ACK) && !after(end, p.TCP.Ack)
	})
	second := t.next(small, func(p Packet) bool { return p.From == s.From && p.TCP != nil && p.Payload > 0 })
	if known < 0 || second < known || t.Packets[second].Payload <= s.Payload || t.Packets[second].Retransmission {
		return nil
	}
	return t.marks(second, small, known)
}

// bothClose is the FIN of each side, and the last packet.
func (t Trace) bothClose() []int {
	fin := func(p Packet) bool { return p.TCP != nil && p.TCP.Flags.Has(FIN) }
	one := t.first(fin)
	if one < 0 {
		return nil
	}
	other := t.next(one, func(p Packet) bool { return fin(p) && p.From != t.Packets[one].From })
	if other < 0 {
		return nil
	}
	return t.marks(one, other, len(t.Packets)-1)
}

// unanswered are the SYNs that arrived and after which nothing comes back.
func (t Trace) unanswered() []int {
	answered := map[flow]bool{}
	for _, p := range t.Packets {
		answered[p.flow().back()] = true
	}
	var all []int
	for i, p := range t.Packets {
		if p.TCP != nil && p.TCP.Flags.Has(SYN) && p.Fate == link.Delivered && !answered[p.flow()] {
			all = append(all, i)
		}
	}
	return all
}

// sentToMany is a datagram to a group or a broadcast address, and what comes
// back for it.
func (t Trace) sentToMany() []int {
	at := t.first(func(p Packet) bool { return p.UDP != nil && toMany(p.Destination) })
	if at < 0 {
		return nil
	}
	asker := t.Packets[at].flow().from
	all := []int{at}
	for i, p := range t.Packets {
		if i > at && p.UDP != nil && p.flow().to == asker {
			all = append(all, i)
		}
	}
	return all
}

// toMany reports whether an address is that of a group, or of all hosts of the
// lab's networks, which have 24 bits in common.
func toMany(a netip.Addr) bool {
	return a.IsMulticast() || a.Is4() && a.As4()[3] == 255
}

// overtaken is data that later data of its side overtook, and the first of that.
func (t Trace) overtaken() []int {
	by := Overtaken(t.Packets)
	for at, p := range t.Packets {
		if by[at] == 0 || p.Payload == 0 {
			continue
		}
		return t.marks(at, t.next(at, func(q Packet) bool {
			return q.From == p.From && !q.Copy && q.Delivered > 0 && q.Delivered < p.Delivered
		}))
	}
	return nil
}

// copied is data that the wire made a copy of, and the copy.
func (t Trace) copied() []int {
	second := t.first(func(p Packet) bool { return p.Copy && p.Payload > 0 })
	if second < 0 {
		return nil
	}
	copied := t.Packets[second]
	return t.marks(t.first(func(p Packet) bool { return p.From == copied.From && p.Number == copied.Number }), second)
}
