//go:build !wasip1

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"echolab/lab/testbed"
)

// conversation is a client, and what its errors have to name.
type conversation struct {
	client  testbed.Client
	peer    string // "tcp 127.0.0.1:9000"
	timeout time.Duration
	exact   bool // replies have no boundaries: wait for as many bytes as were sent
}

// errNoReply is a timeout. Over UDP it may be one lost datagram.
var errNoReply = errors.New("no reply")

// exchange sends a message and waits for its echo, both within the timeout.
// It returns what was received even where that is incomplete or different.
func (c *conversation) exchange(ctx context.Context, message []byte) ([]byte, error) {
	c.client.SetDeadline(time.Now().Add(c.timeout))
	cut := context.AfterFunc(ctx, func() { c.client.SetDeadline(time.Unix(1, 0)) })
	defer cut()
	sent := make(chan error, 1)
	// Sending runs beside receiving: a long echo fills the buffers both ways, and
	// the server stops reading until its answers are received.
	go func() { sent <- c.client.Send(message) }()
	reply := make([]byte, c.room(message))
	n, err := c.client.Receive(reply)
	if err != nil {
		c.client.SetDeadline(time.Unix(1, 0)) // so that sending ends too
	}
	failed := <-sent
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case failed != nil && !errors.Is(failed, os.ErrDeadlineExceeded):
		return reply[:n], c.trouble(failed, n, len(message))
	case err != nil:
		return reply[:n], c.trouble(err, n, len(message))
	}
	return reply[:n], differs(message, reply[:n])
}

// room is how long a reply may be, in bytes.
func (c *conversation) room(message []byte) int {
	if c.exact {
		return len(message)
	}
	return longestMessage
}

// trouble says what an error means after n of all bytes came back.
func (c *conversation) trouble(err error, n, of int) error {
	came := ""
	if n > 0 {
		came = fmt.Sprintf(", only %d of %d bytes", n, of)
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failuref("it may be slow (--timeout waits longer), not echo, or not be there",
			"%w from %s within %v%s", errNoReply, c.peer, c.timeout, came)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failuref("", "%s closed the connection%s", c.peer, came)
	case refused.in(err):
		return failuref("no server listens there; lab serve starts one", "%s: %w", c.peer, rootCause(err))
	case brokenOff.in(err), brokenPipe.in(err):
		return failuref("the server is gone", "%s broke the connection off%s", c.peer, came)
	case tooLong.in(err):
		return failuref("a datagram over IPv4 holds 65507 bytes at most; TCP has no limit",
			"message of %d bytes to %s: too long", of, c.peer)
	}
	return failuref("", "%s: %w", c.peer, rootCause(err))
}

// differs says where an echo is not what was sent.
func differs(sent, got []byte) error {
	if bytes.Equal(sent, got) {
		return nil
	}
	at := 0
	for at < len(sent) && at < len(got) && sent[at] == got[at] {
		at++
	}
	if at == len(sent) || at == len(got) {
		return failuref("an echo server sends the same bytes back",
			"wrong reply: %d bytes sent, %d came back", len(sent), len(got))
	}
	return failuref("an echo server sends the same bytes back",
		"wrong reply: byte %d wanted %s, got %s", at, visible(sent[at]), visible(got[at]))
}

// visible is a byte as a number, and as a letter where it is one.
func visible(b byte) string {
	if b > ' ' && b <= '~' {
		return fmt.Sprintf("0x%02x %q", b, b)
	}
	return fmt.Sprintf("0x%02x", b)
}
