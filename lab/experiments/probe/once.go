package probe

import (
	"bytes"

	"errors"
	"fmt"
	"io"
	"time"

	"echolab/lab/testbed"
)

// EchoTimeout bounds the wait for one echo where nothing is lost on purpose.
const EchoTimeout = 10 * time.Second

var ErrOtherBytes = errors.New("the echo has other bytes than the message")

// EchoOnce sends a message and waits for its echo, into a buffer of its size.
func EchoOnce(c testbed.Client, message, echo []byte) error {
	return EchoOnceWithin(c, message, echo, EchoTimeout)
}

// EchoOnceWithin is oneEcho over a path that may take longer.
func EchoOnceWithin(c testbed.Client, message, echo []byte, wait time.Duration) error {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return fmt.Errorf("set the deadline: %w", err)
	}
	if err := c.Send(message); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	n, err := c.Receive(echo)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if !bytes.Equal(echo[:n], message) {
		return ErrOtherBytes
	}
	return nil
}

// Close closes c when a function returns, and makes a failure of that the
// function's error if it has no other.
func Close(c io.Closer, err *error) {
	if e := c.Close(); e != nil && *err == nil {
		*err = e
	}
}
