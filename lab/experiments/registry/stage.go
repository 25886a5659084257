package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"echolab/lab/testbed"
)

// patience bounds the wait for one echo where nothing is lost on purpose.
const patience = 10 * time.Second

var errOtherBytes = errors.New("the echo has other bytes than the message")

// oneEcho sends a message and waits for its echo, into a buffer of its size.
func oneEcho(c testbed.Client, message, echo []byte) error {
	return oneEchoWithin(c, message, echo, patience)
}

// oneEchoWithin is oneEcho over a path that may take longer.
func oneEchoWithin(c testbed.Client, message, echo []byte, wait time.Duration) error {
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
		return errOtherBytes
	}
	return nil
}

// end closes c when a function returns, and makes a failure of that the
// function's error if it has no other.
func end(c io.Closer, err *error) {
	if e := c.Close(); e != nil && *err == nil {
		*err = e
	}
}
