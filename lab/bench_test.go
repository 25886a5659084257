package lab_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"echolab/lab"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestWarnings: the same one twice is one, whichever bench of a run it is of.
func TestWarnings(t *testing.T) {
	e := running("e", func(_ context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		for range 3 {
			b.Warnf("only %d repeats", 3)
		}
		b.Attempt(1).On(memory).Warnf("only %d repeats", 3)
		b.Attempt(2).Attempt(1).Warnf("only %d repeats", 4)
		return nil, nil
	})
	r, err := lab.Run(t.Context(), planOf(e))
	if err != nil || len(r.Experiments[0].Warnings) != 2 {
		t.Errorf("warnings %v, %v; want two", r.Experiments[0].Warnings, err)
	}
}

// TestStageNamesItsSteps: what fails tells which step failed, and where.
func TestStageNamesItsSteps(t *testing.T) {
	closed := memory
	closed.Name = "closed"
	closed.Open = func(context.Context, testbed.NetworkConfig) (testbed.Network, error) {
		return nil, errors.New("no room")
	}
	start := func(b *testbed.Bench, o testbed.ServerOptions) (*testbed.Session, error) {
		return b.Start(t.Context(), transports.TCP, o, testbed.ClientOptions{}, nil)
	}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: closed}
	if _, err := start(b, testbed.ServerOptions{}); err == nil || err.Error() != "open network closed: no room" {
		t.Errorf("opening: %v", err)
	}
	b.Driver = memory
	_, err := start(b, testbed.ServerOptions{Service: "sing"})
	if err == nil || !strings.Contains(err.Error(), "start tcp echo server on 10.0.0.2:0") {
		t.Errorf("listening: %v", err)
	}
	s, err := start(b, testbed.ServerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}

// TestStageWithoutConnection: where dialing fails, an error says so, and all
// that was open is closed.
func TestStageWithoutConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	late := transports.TCP
	late.Dial = func(
		ctx context.Context, host testbed.Host, address string, o testbed.ClientOptions,
	) (testbed.Client, error) {
		cancel()
		return transports.TCP.Dial(ctx, host, address, o)
	}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: memory}
	s, err := b.Start(ctx, late, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if s != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("stage %v, %v; want none, and that it was canceled", s, err)
	}
}
