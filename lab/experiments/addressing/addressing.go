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

var Experiment = experiments.Experiment{
	ID:         "addressing",
	Title:      "Addresses and checksum",
	Question:   "Do both need address, port and checksum?",
	Method:     "at most 20 messages, each echoed; every packet's headers and checksum are read",
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runAddressing,
	Lesson: packet.Lesson{
		Caption: "every packet names both hosts in its IP header and both ports behind it",
	},
	Why: "Every packet of either protocol says in its IP header which host it comes from and goes to, and in its transport header which port there. " +
		"Protocol, address and port together tell the system which socket gets the data. Both headers carry a checksum over the data and those addresses; " +
		"UDP over IPv4 may leave it out, but no system does by default.",
	Packets: []text.Phrase{
		"every packet of a short conversation is read from the wire",
		"its IP header must name both hosts, its transport header both ports",
		"the checksum is computed again over the pseudo header and the data, and must be the one in the header",
	},
	Theory: []text.Phrase{
		"all packets of both: addresses in the IP header (RFC 791 3.1), ports in the other (RFC 768, RFC 9293 3.1), and a checksum that fits (RFC 1071)",
	},
	Claims:     addressingClaims,
	References: []string{"RFC 791 3.1", "RFC 768", "RFC 9293 3.1", "RFC 1071"},
	Try:        "lab explain layers",
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
