package main

import (
	"context"

	"echolab/lab"
	"echolab/lab/trace"
	"echolab/lab/trace/ladder"
	"echolab/lab/words"
)

// layersTopic is what "lab explain" takes beside experiments.
const layersTopic = "layers"

// sample is the message that is shown in its wrappings.
const sample = "Hello, world!"

// explainLayers shows one message as TCP and UDP wrapped it on the wire. The
// network virtual shows the same headers everywhere.
func explainLayers(ctx context.Context, t *terminal, lang string) error {
	said, err := words.For(lang)
	if err != nil {
		return err
	}
	virtual, err := lab.Named("virtual", networks())
	if err != nil {
		return err
	}
	b := &lab.Bench{Transports: lab.Transports(), Opener: virtual}
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, transport lab.Transport) (trace.Sent, error) {
		return trace.Send(ctx, b, transport, []byte(sample))
	})
	if err != nil {
		return err
	}
	var all []trace.Sent
	for _, transport := range b.Transports {
		all = append(all, found[transport.Name])
	}
	return ladder.Layers(t.out, all, ladder.Options{Words: said, Width: t.width()})
}
