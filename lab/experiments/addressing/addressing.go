// Package addressing is the lesson "Addresses and checksum". What it tells is in en.md and ko.md.
package addressing

import (
	"context"
	"embed"

	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "addressing",
	Also:       []string{"addresses", "IP", "ports"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runAddressing,
	Claims:     addressingClaims,
}

func runAddressing(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := b.Workload(time.Millisecond)
	w.Messages = min(w.Messages, 20)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.LossResult, error) {
		return probe.MeasureLoss(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	all := result.Row("packets", "Packets seen", "packets")
	ports := result.Row("has_ports", "With addresses and ports", "packets")
	valid := result.Row("checksum_valid", "Checksum valid", "packets")
	for _, t := range b.Transports {
		packets := datagramsOf(found[t.Name].Packets)
		all.Set(t.Name, result.Num(len(packets)))
		ports.Set(t.Name, result.Num(probe.Count(packets, addressed)))
		valid.Set(t.Name, result.Num(probe.Count(packets, func(p packet.Packet) bool { return p.ChecksumOK })))
		ports.ExpectExactly(t.Name, float64(len(packets)))
		valid.ExpectExactly(t.Name, float64(len(packets)))
	}
	ports.Because("every packet (RFC 791 3.1, RFC 768, RFC 9293 3.1)")
	valid.Because("every packet (RFC 1071)")
	return result.Rows(2, ports, valid, all), nil
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
