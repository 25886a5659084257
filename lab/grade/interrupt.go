package grade

import (
	"context"
	"errors"
	"io"
)

// interrupted reports whether the user ended the grading, as opposed to a time
// limit.
func interrupted(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }

// run does a check. When the user ends the grading, all that the check may be
// waiting for comes to an end.
func (s *Subject) run(ctx context.Context, c Check) error {
	broken := make(chan struct{})
	undo := context.AfterFunc(ctx, func() {
		defer close(broken)
		if interrupted(ctx) {
			s.breakOff()
		}
	})
	defer func() {
		if !undo() {
			<-broken
		}
	}()
	return c.Run(ctx, s)
}

// breakOff ends the programs and closes the sockets.
func (s *Subject) breakOff() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.programs {
		p.Kill()
	}
	for _, c := range s.sockets {
		_ = c.Close()
	}
}

// track remembers a socket, so that a wait for it can be broken off.
func track[S io.Closer](ctx context.Context, s *Subject, socket S, err error) (S, error) {
	if err != nil {
		return socket, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets = append(s.sockets, socket)
	if interrupted(ctx) {
		_ = socket.Close() // it came too late to be broken off with the others
	}
	return socket, nil
}
