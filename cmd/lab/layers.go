package main

import (
	"context"

	"echolab/lab"
	"echolab/lab/experiments/probe"
	"echolab/lab/ladder"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// layersTopic is what "lab explain" takes beside experiments.
const layersTopic = "layers"

// sample is the message that is shown in its wrappings.
const sample = "Hello, world!"

// explainLayers shows one message as TCP and UDP wrapped it on the wire. The
// network virtual shows the same headers everywhere.
func explainLayers(ctx context.Context, t *terminal, lang string) error {
	said, err := text.For(lang)
	if err != nil {
		return err
	}
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
	return ladder.Layers(t.out, all, ladder.Options{Words: said, Width: t.width()})
}
