package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"echolab/lab/testbed"
)

// source is the sending end of one flow, which nobody answers.
type source struct{ conn net.Conn }

// streamChunk is how many bytes a write to a stream takes: so many that the last
// segment of a write, which may be a short one, is one of very many.
const streamChunk = 256 << 10

// chunkOf is how many bytes a write in bulk takes: a full packet, or many.
func chunkOf(t testbed.Transport) int {
	if t.Stream {
		return streamChunk
	}
	return fullDatagram
}

// dialSource connects to a sink, within the time that ctx leaves.
func dialSource(ctx context.Context, n testbed.Network, t testbed.Transport, address string) (*source, error) {
	conn, err := n.Client().DialContext(ctx, t.Network, address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	return &source{conn}, nil
}

// Close ends the flow at once, whatever is still in its buffer.
func (s *source) Close() error {
	abort(s.conn)
	return nil
}

// send writes messages of so many bytes until most bytes are written, where
// that is not 0, or ctx ends. It tells how many bytes the system took. The last
// message is shorter where most is no multiple; pace may be nil.
func (s *source) send(ctx context.Context, size, most int, pace *pacer) (sent int, err error) {
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
		n, err := s.conn.Write(message)
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
func (s *source) until(ctx context.Context) (release func(), err error) {
	if err := s.conn.SetWriteDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("set the deadline: %w", err)
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = s.conn.SetWriteDeadline(time.Unix(1, 0)) // a closed connection takes no writes either
	})
	return func() {
		if !stop() {
			<-ended
		}
	}, nil
}

// pacer spaces messages evenly. A sender that was kept from the processor may
// catch up with so many of them at once, and no more: a burst that fills a
// queue would be the machine's fault, and look like the link's.
type pacer struct {
	every time.Duration
	burst int
	due   time.Time
}

// wait returns when the next message may go, or ctx ends.
func (p *pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.due.IsZero() {
		p.due = now
	}
	if earliest := now.Add(-time.Duration(p.burst) * p.every); p.due.Before(earliest) {
		p.due = earliest
	}
	due := p.due
	p.due = due.Add(p.every)
	if left := due.Sub(now); left > 0 {
		return pause(ctx, left)
	}
	return nil
}
