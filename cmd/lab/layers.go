package main

import (
	"context"

	"echolab/lab"
	"echolab/lab/experiments/probe"
	"echolab/lab/ladder"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// layersTopic is the argument of "lab explain" that is no experiment.
const layersTopic = "layers"

// sample is the message whose headers are shown.
const sample = "Hello, world!"

// explainLayers shows the headers that TCP and UDP put around one message, on
// network virtual, where they are the same on every system.
func explainLayers(ctx context.Context, p *page) error {
	stacks, err := lab.Named("virtual", drivers())
	if err != nil {
		return err
	}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: stacks}
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, transport testbed.Transport) (packet.Sent, error) {
		return probe.Send(ctx, b, transport, []byte(sample))
	})
	if err != nil {
		return err
	}
	var all []packet.Sent
	for _, transport := range b.Transports {
		all = append(all, found[transport.Name])
	}
	return ladder.Layers(&p.text, all, ladder.Options{Words: p.Printer, Width: p.width})
}
