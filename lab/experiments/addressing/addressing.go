// Package addressing is the lesson "Addresses and checksum". What it tells is in en.md and ko.md.
package addressing

import (
	"context"
	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "addressing",
	Also:       []string{"addresses", "IP", "ports"},
	Prose:      experiments.Read("addressing"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Options:    []string{"messages", "size"},
	Run:        experiments.SideBySide(packetsSeen, rows),
	Claims:     addressingClaims,
}

var rows = []experiments.Row[[]packet.Packet]{
	{
		ID: "has_ports", Label: "With addresses and ports", Unit: "packets", Headline: true,
		Basis: text.Say("every packet (RFC 791 3.1, RFC 768, RFC 9293 3.1)"), Cell: all(addressed),
	},
	{
		ID: "checksum_valid", Label: "Checksum valid", Unit: "packets", Headline: true,
		Basis: text.Say("every packet (RFC 1071)"), Cell: all(func(p packet.Packet) bool { return p.ChecksumOK }),
	},
	{
		ID: "packets", Label: "Packets seen", Unit: "packets",
		Cell: func(_ testbed.Transport, packets []packet.Packet) result.Cell { return result.Number(len(packets)) },
	},
}

// all counts the packets that have a property, and expects every packet to have it.
func all(property func(packet.Packet) bool) func(testbed.Transport, []packet.Packet) result.Cell {
	return func(_ testbed.Transport, packets []packet.Packet) result.Cell {
		n := probe.Count(packets, property)
		return result.Number(n).ExpectExactly(float64(len(packets)))
	}
}

// packetsSeen are the packets of some echoes, each datagram once.
func packetsSeen(ctx context.Context, b *testbed.Bench, t testbed.Transport) ([]packet.Packet, error) {
	w := b.Workload(time.Millisecond)
	w.Messages = min(w.Messages, 20)
	r, err := probe.MeasureLoss(ctx, b, t, w)
	return datagramsOf(r.Packets), err
}

// datagramsOf leaves out all fragments but the first: what IP cut has only one
// transport header, and with it one pair of ports and one checksum.
func datagramsOf(packets []packet.Packet) []packet.Packet {
	return slices.DeleteFunc(slices.Clone(packets), func(p packet.Packet) bool { return p.FragmentOffset > 0 })
}

// addressed reports whether a packet names both hosts and both ports.
func addressed(p packet.Packet) bool {
	return p.Source.IsValid() && p.Destination.IsValid() && p.SourcePort() != 0 && p.DestinationPort() != 0
}
