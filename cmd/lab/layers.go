package main

import (
	"context"
	"slices"

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
	openers := slices.DeleteFunc(networks(), func(o lab.Opener) bool { return !o.Wired || o.Check() != nil })
	if len(openers) == 0 {
		return failure("\"lab doctor\" tells what opens here", "no network with a wire opens here")
	}
	b := &lab.Bench{Transports: lab.Transports(), Opener: openers[len(openers)-1]}
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
