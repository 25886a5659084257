package probe

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/capture"
	"echolab/lab/packet"
)

// Silence is how long to wait for news that never comes.
const Silence = 200 * time.Millisecond

// Pause waits, unless ctx ends first.
func Pause(ctx context.Context, d time.Duration) error { return WaitFor(ctx, nil, d) }

// WaitFor waits until something has happened, for d at most, unless ctx ends.
func WaitFor(ctx context.Context, happened <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-happened:
	case <-timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// Both finds two things side by side; the first error ends both.
func Both[A, B any](
	ctx context.Context, first func(context.Context) (A, error), second func(context.Context) (B, error),
) (a A, b B, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		a, err = first(ctx)
		return err
	})
	g.Go(func() (err error) {
		b, err = second(ctx)
		return err
	})
	err = g.Wait()
	return a, b, err
}

// LeastOf is the least of several tries of what a busy machine only ever adds to. It
// makes no more of them once the least is good enough.
func LeastOf[T cmp.Ordered](tries int, measure func(try int) (T, error), enough func(T) bool) (least T, err error) {
	for try := range tries {
		measured, err := measure(try)
		if err != nil {
			return least, err
		}
		if try == 0 || measured < least {
			least = measured
		}
		if enough(least) {
			break
		}
	}
	return least, nil
}

// AwaitOnWire waits until shown finds what it looks for among the packets, or the
// longest wait is over. That the wait was in vain is no error.
func AwaitOnWire(
	ctx context.Context, rec *capture.Recorder, longest time.Duration, shown func([]packet.Packet) bool,
) error {
	for deadline := time.Now().Add(longest); !shown(rec.Packets()) && time.Now().Before(deadline); {
		if err := Pause(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
