package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"syscall"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// expect does the steps that wait for the program.
func (d *dialogue) expect(ctx context.Context, s *session, c *client, one Step) error {
	switch one.Do {
	case ExpectEnd:
		return d.end(ctx, s, c, one)
	case ExpectNothing:
		return d.nothing(ctx, s, c, one)
	}
	want := d.bytes(s, one.Data)
	s.tellf("%s should be sent %s", c.label, one.wanted(want))
	deadline := within(ctx, one.Within)
	if c.conn == nil {
		return d.datagram(ctx, c, one, want, deadline)
	}
	got, err := d.unread[one.Client], error(nil)
	for {
		n, found := one.judge(got, want)
		switch {
		case found == right:
			d.unread[one.Client] = got[n:]
			return nil
		case found == wrong || err != nil:
			return one.unmet(ctx, c, got, want, err)
		}
		got, err = d.more(c, got, deadline)
	}
}

// datagram compares the next datagram.
func (d *dialogue) datagram(ctx context.Context, c *client, one Step, want []byte, deadline time.Time) error {
	got, err := c.receive(deadline)
	if err == nil && one.accepts(got, want) {
		return nil
	}
	return one.unmet(ctx, c, got, want, err)
}

// more is what came until now over TCP, with the next bytes.
func (d *dialogue) more(c *client, got []byte, deadline time.Time) ([]byte, error) {
	buf := make([]byte, 64<<10)
	_ = c.conn.SetReadDeadline(deadline)
	n, err := c.conn.Read(buf)
	got = append(slices.Clip(got), buf[:n]...)
	if err == nil && len(got) > unread {
		err = errors.New("more than 8 MiB")
	}
	return got, err
}

// receive waits for one datagram.
func (c *client) receive(deadline time.Time) ([]byte, error) {
	buf := make([]byte, largestDatagram+1)
	_ = c.pc.SetReadDeadline(deadline)
	n, _, err := c.pc.ReadFrom(buf)
	return buf[:n], err
}

// verdict is what a comparison has found.
type verdict int

const (
	undecided verdict = iota // more must come before one can tell
	right
	wrong
)

// judge compares what came over TCP with what is expected, and tells how much of it was
// that.
func (one Step) judge(got, want []byte) (n int, found verdict) {
	switch one.Match {
	case Anything:
		return len(got), sure(len(got) > 0, undecided)
	case Contains:
		at := bytes.Index(got, want)
		return at + len(want), sure(at >= 0, undecided)
	case Matches:
		line, _, ended := bytes.Cut(got, []byte("\n"))
		if !ended {
			return 0, undecided
		}
		return len(line) + 1, sure(one.matches(line), wrong)
	}
	at := difference(got, want)
	if at < min(len(got), len(want)) {
		return 0, wrong
	}
	return len(want), sure(at == len(want), undecided)
}

// sure is right, or otherwise.
func sure(isRight bool, otherwise verdict) verdict {
	if isRight {
		return right
	}
	return otherwise
}

// accepts compares a datagram with what is expected.
func (one Step) accepts(got, want []byte) bool {
	switch one.Match {
	case Anything:
		return true
	case Begins:
		return bytes.HasPrefix(got, want)
	case Contains:
		return bytes.Contains(got, want)
	case Matches:
		return one.matches(bytes.TrimSuffix(got, []byte("\n")))
	}
	return bytes.Equal(got, want)
}

// matches looks at one line, without its end.
func (one Step) matches(line []byte) bool {
	return one.Pattern.Match(bytes.TrimSuffix(line, []byte("\r")))
}

// wanted says what is expected.
func (one Step) wanted(want []byte) text.Message {
	switch one.Match {
	case Anything:
		return text.Say("anything at all")
	case Begins:
		return text.Sayf("what begins with %s", grade.Quote(want))
	case Contains:
		return text.Sayf("what contains %s", grade.Quote(want))
	case Matches:
		return text.Sayf("a line that matches %s", one.Pattern.String())
	}
	return grade.Quote(want)
}

// unmet is the failure of an expectation.
func (one Step) unmet(ctx context.Context, c *client, got, want []byte, err error) error {
	switch at := difference(got, want); {
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil:
		return grade.Failf("%s should have been sent %s within %v, but by then %s had come.",
			c.label, one.wanted(want), one.Within, grade.Quote(got))
	case err != nil:
		return grade.Failf("%s should have been sent %s, but %s came; %s.",
			c.label, one.wanted(want), grade.Quote(got), reason(err))
	case one.Match != Matches && at < min(len(got), len(want)):
		return grade.Failf("%s should have been sent %s, but %s came: byte %d was %s instead of %s.", c.label,
			one.wanted(want), grade.Quote(got), at+1, grade.QuoteByte(got[at]), grade.QuoteByte(want[at]))
	}
	return grade.Failf("%s should have been sent %s, but %s came.", c.label, one.wanted(want), grade.Quote(got))
}

// end waits for the program to close the connection; nothing may come before.
func (d *dialogue) end(ctx context.Context, s *session, c *client, one Step) error {
	s.tellf("%s should see the connection closed", c.label)
	deadline := within(ctx, one.Within)
	got, err := d.unread[one.Client], error(nil)
	for err == nil && len(got) == 0 {
		got, err = d.more(c, got, deadline)
	}
	switch {
	case len(got) > 0:
		return grade.Failf("The program should have closed the connection, but %s was sent %s more.",
			c.label, grade.Quote(got))
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return nil
	}
	return grade.Failf("The program should have closed the connection, but for %s it was still open after %v.",
		c.label, one.Within)
}

// nothing makes sure that nothing more comes. The end of a connection is not its concern.
func (d *dialogue) nothing(ctx context.Context, s *session, c *client, one Step) error {
	s.tellf("%s should be sent nothing for %v", c.label, one.Within)
	got, came := d.unread[one.Client], false
	switch deadline := within(ctx, one.Within); {
	case c.conn == nil:
		var err error
		got, err = c.receive(deadline)
		came = err == nil // also without a byte in it
	case len(got) == 0:
		got, _ = d.more(c, nil, deadline)
	}
	if came || len(got) > 0 {
		return grade.Failf("%s should have been sent nothing for %v, but %s came.", c.label, one.Within, grade.Quote(got))
	}
	return nil
}
