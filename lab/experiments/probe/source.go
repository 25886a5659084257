package probe

import (
	"context"

	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"echolab/lab/testbed"
)

// Source is the sending end of one flow, which nobody answers.
type Source struct{ Conn net.Conn }

// dialSource connects to a sink, within the time that ctx leaves.
func dialSource(ctx context.Context, n testbed.Network, t testbed.Transport, address string) (*Source, error) {
	conn, err := n.Client().DialContext(ctx, t.Network, address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	return &Source{conn}, nil
}

// Close ends the flow at once, whatever is still in its buffer.
func (s *Source) Close() error {
	Abort(s.Conn)
	return nil
}

// Send writes messages of so many bytes until most bytes are written, where
// that is not 0, or ctx ends. It tells how many bytes the system took. The last
// message is shorter where most is no multiple; pace may be nil.
func (s *Source) Send(ctx context.Context, size, most int, pace *Pacer) (sent int, err error) {
	release, err := s.until(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	message := make([]byte, size)
	for most == 0 || sent < most {
		if pace != nil && pace.wait(ctx) != nil || ctx.Err() != nil {
			return sent, nil
		}
		if most > 0 {
			message = message[:min(size, most-sent)]
		}
		n, err := s.Conn.Write(message)
		sent += n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return sent, nil
		}
		if err != nil {
			return sent, fmt.Errorf("write: %w", err)
		}
	}
	return sent, nil
}

// until makes writes end with ctx. After release it changes nothing any more.
func (s *Source) until(ctx context.Context) (release func(), err error) {
	if err := s.Conn.SetWriteDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("set the deadline: %w", err)
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = s.Conn.SetWriteDeadline(time.Unix(1, 0)) // a closed connection takes no writes either
	})
	return func() {
		if !stop() {
			<-ended
		}
	}, nil
}

// Pacer spaces messages evenly. A sender that was kept from the processor may
// catch up with so many of them at once, and no more: a burst that fills a
// queue would be the machine's fault, and look like the link's.
type Pacer struct {
	Every time.Duration
	Burst int
	due   time.Time
}

// wait returns when the next message may go, or ctx ends.
func (p *Pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.due.IsZero() {
		p.due = now
	}
	if earliest := now.Add(-time.Duration(p.Burst) * p.Every); p.due.Before(earliest) {
		p.due = earliest
	}
	due := p.due
	p.due = due.Add(p.Every)
	if left := due.Sub(now); left > 0 {
		return Pause(ctx, left)
	}
	return nil
}
