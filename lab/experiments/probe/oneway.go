package probe

import (
	"context"

	"errors"
	"time"

	"echolab/lab/testbed"
)

// OneWay is a flow that nobody answers: a sink on the server of a network, and
// a source on its client.
type OneWay struct {
	transport testbed.Transport
	network   testbed.Network
	In        *Sink
	Out       *Source
	Dialed    time.Time // when the client began to dial
}

// OpenOneWay opens a flow on a network, which it owns from then on. The sink is
// whole with so many bytes. Where nobody answered in time, the error is a
// timeout.
func OpenOneWay(ctx context.Context, n testbed.Network, t testbed.Transport, goal int) (w *OneWay, err error) {
	w = &OneWay{transport: t, network: n}
	if w.In, err = openSink(ctx, n, t, goal); err == nil {
		w.Dialed = time.Now()
		w.Out, err = dialSource(ctx, n, t, w.In.address)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Close ends the flow at once, and then the network.
func (w *OneWay) Close() error {
	var all []error
	if w.Out != nil {
		all = append(all, w.Out.Close())
	}
	if w.In != nil {
		all = append(all, w.In.Close())
	}
	return errors.Join(append(all, w.network.Close())...)
}
