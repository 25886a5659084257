package registry

import (
	"context"
	"errors"
	"time"

	"echolab/lab/testbed"
)

// oneWay is a flow that nobody answers: a sink on the server of a network, and
// a source on its client.
type oneWay struct {
	transport testbed.Transport
	network   testbed.Network
	in        *sink
	out       *source
	dialed    time.Time // when the client began to dial
}

// openOneWay opens a flow on a network, which it owns from then on. The sink is
// whole with so many bytes. Where nobody answered in time, the error is a
// timeout.
func openOneWay(ctx context.Context, n testbed.Network, t testbed.Transport, goal int) (w *oneWay, err error) {
	w = &oneWay{transport: t, network: n}
	if w.in, err = openSink(ctx, n, t, goal); err == nil {
		w.dialed = time.Now()
		w.out, err = dialSource(ctx, n, t, w.in.address)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Close ends the flow at once, and then the network.
func (w *oneWay) Close() error {
	var all []error
	if w.out != nil {
		all = append(all, w.out.Close())
	}
	if w.in != nil {
		all = append(all, w.in.Close())
	}
	return errors.Join(append(all, w.network.Close())...)
}
