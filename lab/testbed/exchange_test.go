package testbed_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

const ms = time.Millisecond

// bothWays are the same conditions in both directions.
func bothWays(c link.Conditions) wire.Options { return wire.Options{Client: c, Server: c, Seed: 1} }

// inBubble runs an exchange in virtual time, for each transport, and checks it.
func inBubble(t *testing.T, o wire.Options, so testbed.ServerOptions, w testbed.Workload, p testbed.Timeouts, check func(t *testing.T, tr testbed.Transport, x *testbed.Exchange, took time.Duration)) {
	t.Helper()
	for _, tr := range transports.Transports() {
		t.Run(tr.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := labtest.Memory(testbed.NetworkConfig{Wire: o})
				server, err := tr.Listen(t.Context(), n.Server(), n.Server().Addr().String()+":0", so)
				if err != nil {
					t.Fatal(err)
				}
				serving := make(chan error, 1)
				go func() { serving <- server.Serve() }()
				client, err := tr.Dial(t.Context(), n.Client(), server.Addr().String(), testbed.ClientOptions{})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				x, err := testbed.Echo(t.Context(), client, w, p)
				if err != nil {
					t.Fatal(err)
				}
				check(t, tr, x, time.Since(began))
				if err := errors.Join(client.Close(), server.Close(), <-serving, n.Close()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestEchoTakesARoundTrip: every message comes back, and a datagram needs
// exactly the delay there and back.
func TestEchoTakesARoundTrip(t *testing.T) {
	w := testbed.Workload{Messages: 50, Size: 100, Every: 3 * ms, Seed: 7}
	inBubble(t, bothWays(link.Conditions{Delay: 10 * ms}), testbed.ServerOptions{}, w, testbed.Timeouts{Total: time.Second},
		func(t *testing.T, tr testbed.Transport, x *testbed.Exchange, took time.Duration) {
			if x.Delivered() != 50 || x.Duplicates() != 0 || x.Damaged != 0 || x.Unsent != 0 || x.Broken != nil {
				t.Errorf("delivered %d, %d twice, %d damaged, %d unsent, broken by %v", x.Delivered(), x.Duplicates(), x.Damaged, x.Unsent, x.Broken)
			}
			if tr.Stream {
				return // streams of this network are immediate
			}
			for i, rtt := range x.RTTs() {
				if rtt != 20*ms {
					t.Errorf("message %d took %v there and back", i, rtt)
				}
			}
			if last := w.Due(49) + 20*ms; x.Elapsed != last || took != last {
				t.Errorf("the last echo came after %v, the exchange ended after %v, want %v", x.Elapsed, took, last)
			}
		})
}

// TestASlowEchoDelaysNoMessage: messages leave when they are due, whatever
// becomes of those before.
func TestASlowEchoDelaysNoMessage(t *testing.T) {
	w := testbed.Workload{Messages: 20, Size: 100, Every: 10 * ms}
	inBubble(t, wire.Options{}, testbed.ServerOptions{Pause: 100 * ms, Buffer: 104}, w, testbed.Timeouts{Total: time.Minute},
		func(t *testing.T, _ testbed.Transport, x *testbed.Exchange, _ time.Duration) {
			for i, o := range x.Observations {
				if o.Due != w.Due(i) || o.Sent != o.Due {
					t.Errorf("message %d was due at %v and sent at %v", i, o.Due, o.Sent)
				}
			}
			if x.Delivered() != 20 {
				t.Errorf("%d of 20 messages came back", x.Delivered())
			}
		})
}

// TestCopiesAreCounted: an exchange stays a while for echoes that come again.
func TestCopiesAreCounted(t *testing.T) {
	w := testbed.Workload{Messages: 10, Size: 100, Every: ms}
	inBubble(t, bothWays(link.Conditions{Duplicate: 1, Delay: ms}), testbed.ServerOptions{}, w, testbed.Timeouts{Total: time.Second, Linger: 50 * ms},
		func(t *testing.T, tr testbed.Transport, x *testbed.Exchange, took time.Duration) {
			want := 3 * 10 // each message makes two requests, each of them two echoes
			if tr.Stream {
				want = 0
			}
			if x.Duplicates() != want || x.Delivered() != 10 {
				t.Errorf("%d duplicates of %d messages, want %d of 10", x.Duplicates(), x.Delivered(), want)
			}
			if took < x.Elapsed+50*ms {
				t.Errorf("ended after %v, %v behind the last message, want 50ms", took, took-x.Elapsed)
			}
		})
}

// TestSilenceEndsAnExchange: once all is sent, an exchange waits no longer than
// a silence behind the last echo.
func TestSilenceEndsAnExchange(t *testing.T) {
	w := testbed.Workload{Messages: 10, Size: 100, Every: ms}
	p := testbed.Timeouts{Total: time.Hour, Silence: 70 * ms}
	for dropped, last := range map[int]time.Duration{10: 8*ms + 20*ms, 3: 0} {
		o := wire.Options{Client: link.Conditions{Drop: []int{dropped}, Delay: 10 * ms}, Server: link.Conditions{Delay: 10 * ms}}
		inBubble(t, o, testbed.ServerOptions{}, w, p, func(t *testing.T, tr testbed.Transport, x *testbed.Exchange, took time.Duration) {
			if tr.Stream {
				return
			}
			if x.Delivered() != 9 || x.Observations[dropped-1].Copies != 0 {
				t.Errorf("%d messages came back, and the one that was dropped %d times", x.Delivered(), x.Observations[dropped-1].Copies)
			}
			if last == 0 {
				last = w.Due(9) + 20*ms
			}
			if took != last+p.Silence {
				t.Errorf("ended after %v, want %v behind the last echo, at %v", took, p.Silence, last)
			}
		})
	}
}

// TestNoEchoAtAll: without a silence the deadline ends it, exactly.
func TestNoEchoAtAll(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 100, Every: 10 * ms}
	inBubble(t, wire.Options{}, testbed.ServerOptions{Service: "discard"}, w, testbed.Timeouts{Total: 500 * ms},
		func(t *testing.T, _ testbed.Transport, x *testbed.Exchange, took time.Duration) {
			if x.Delivered() != 0 || x.Broken != nil || took != 520*ms {
				t.Errorf("%d came back, broken by %v, after %v; want none, unbroken, after 520ms", x.Delivered(), x.Broken, took)
			}
		})
}

// fake is a client whose server is a function.
type fake struct {
	answer   func(message []byte) ([]byte, error) // nil bytes answer nothing
	inbox    chan []byte
	deadline *networks.Deadline
}

func newFake(answer func([]byte) ([]byte, error)) *fake {
	return &fake{answer, make(chan []byte, 100), networks.NewDeadline()}
}

func (f *fake) Send(message []byte) error {
	b, err := f.answer(message)
	if b != nil {
		f.inbox <- append([]byte(nil), b...)
	}
	return err
}

func (f *fake) Receive(buf []byte) (int, error) {
	select {
	case b, ok := <-f.inbox:
		switch {
		case !ok:
			return 0, io.EOF
		case len(b) > len(buf):
			return 0, io.ErrShortBuffer
		}
		return copy(buf, b), nil
	case <-f.deadline.Done():
		return 0, os.ErrDeadlineExceeded
	}
}

func (f *fake) SetDeadline(t time.Time) error { f.deadline.Set(t); return nil }
func (f *fake) LocalAddr() net.Addr           { return nil }
func (f *fake) RemoteAddr() net.Addr          { return nil }
func (f *fake) Close() error                  { f.deadline.Set(time.Time{}); return nil }

// TestOtherBytesAreDamage: an echo that is not the message, byte for byte, is
// no delivery.
func TestOtherBytesAreDamage(t *testing.T) {
	spoil := map[string]func(b []byte) []byte{
		"body":      func(b []byte) []byte { b[50] ^= 1; return b },
		"number":    func(b []byte) []byte { b[3] ^= 1; return b },
		"cut short": func(b []byte) []byte { return b[:99] },
		"empty":     func(b []byte) []byte { return b[:0] },
		"longer":    func(b []byte) []byte { return append(b, 0) },
	}
	for name, change := range spoil {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newFake(func(m []byte) ([]byte, error) { return change(m), nil })
				defer c.Close()
				x, err := testbed.Echo(t.Context(), c, testbed.Workload{Messages: 4, Size: 100}, testbed.Timeouts{Total: time.Second})
				if err != nil || x.Damaged != 4 || x.Delivered() != 0 {
					t.Errorf("%d damaged, %d delivered, %v; want 4 and none", x.Damaged, x.Delivered(), err)
				}
			})
		})
	}
}

// TestABrokenConversationIsAnObservation, and what could not be sent is told.
func TestABrokenConversationIsAnObservation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(nil)
		defer c.Close()
		sent := 0
		c.answer = func(m []byte) ([]byte, error) {
			if sent++; sent == 3 {
				close(c.inbox)
				return nil, syscall.ECONNRESET
			}
			return m, nil
		}
		x, err := testbed.Echo(t.Context(), c, testbed.Workload{Messages: 10, Size: 100, Every: ms}, testbed.Timeouts{Total: time.Hour})
		if err != nil || !errors.Is(x.Broken, io.EOF) || x.Delivered() != 2 || x.Unsent != 8 {
			t.Errorf("broken by %v, %d delivered, %d unsent, %v; want EOF, 2, 8 and no error", x.Broken, x.Delivered(), x.Unsent, err)
		}
	})
}

// TestSendingFails: that is an error, told with the message's number, at once.
func TestSendingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(func([]byte) ([]byte, error) { return nil, syscall.ENOBUFS })
		defer c.Close()
		began := time.Now()
		_, err := testbed.Echo(t.Context(), c, testbed.Workload{Messages: 10, Size: 100}, testbed.Timeouts{Total: time.Hour})
		if !errors.Is(err, syscall.ENOBUFS) || !strings.Contains(err.Error(), "message 1 of 10") || time.Since(began) > 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// TestCancelEndsAnExchange at once, at whatever moment it comes.
func TestCancelEndsAnExchange(t *testing.T) {
	w := testbed.Workload{Messages: 10, Size: 100, Every: 10 * ms}
	for _, p := range []testbed.Timeouts{{Total: time.Hour}, {Total: time.Hour, Silence: time.Minute}, {Total: time.Hour, Linger: time.Minute}} {
		for _, after := range []time.Duration{0, 35 * ms, 90 * ms, time.Second} {
			synctest.Test(t, func(t *testing.T) {
				answer := func([]byte) ([]byte, error) { return nil, nil }
				if p.Linger > 0 {
					answer = func(m []byte) ([]byte, error) { return m, nil }
				}
				c := newFake(answer)
				defer c.Close()
				ctx, cancel := context.WithCancelCause(t.Context())
				why := errors.New("the user has enough")
				began := time.Now()
				time.AfterFunc(after, func() { cancel(why) })
				x, err := testbed.Echo(ctx, c, w, p)
				if !errors.Is(err, why) || time.Since(began) != after {
					t.Errorf("%+v, cancelled after %v: %v after %v", p, after, err, time.Since(began))
				}
				if after == 35*ms && x.Unsent != 6 {
					t.Errorf("%d of 10 messages unsent after %v, want 6", x.Unsent, after)
				}
			})
		}
	}
}

// TestTheDeadlineOfTheContextHolds, too.
func TestTheDeadlineOfTheContextHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newFake(func([]byte) ([]byte, error) { return nil, nil })
		defer c.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 50*ms)
		defer cancel()
		began := time.Now()
		_, err := testbed.Echo(ctx, c, testbed.Workload{Messages: 1, Size: 100}, testbed.Timeouts{Total: time.Hour})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 50*ms {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestEchoRefusesBadWorkloads(t *testing.T) {
	for _, w := range []testbed.Workload{{Messages: 0, Size: 100}, {Messages: 1, Size: testbed.HeaderSize - 1}} {
		if _, err := testbed.Echo(t.Context(), newFake(nil), w, testbed.Timeouts{}); err == nil {
			t.Errorf("%+v: no error", w)
		}
	}
}
