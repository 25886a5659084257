package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"echolab/lab/testbed"
	"echolab/lab/text"
)

// EchoTimeout bounds the wait for one echo where nothing is lost on purpose.
const EchoTimeout = 10 * time.Second

// DocumentBuffer is how many bytes the documents' programs read at once.
const DocumentBuffer = 1024

// ErrOtherBytes says that an echo is not its message.
var ErrOtherBytes = errors.New("the echo has other bytes than the message")

// EchoOnce sends a message and waits for its echo, into a buffer of its size.
func EchoOnce(c testbed.Client, message, echo []byte) error {
	return EchoOnceWithin(c, message, echo, EchoTimeout)
}

// EchoOnceWithin is EchoOnce over a path that may take longer.
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

// IsTimeout reports whether a deadline passed, of the socket or of the context.
func IsTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// SystemPhrase is what the system calls an error.
func SystemPhrase(err error) text.Phrase {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return text.Phrase(errno.Error())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer"
	}
	return text.Phrase(err.Error())
}

// Control does something with the system's own socket.
func Control(c syscall.RawConn, do func(fd uintptr) error) error {
	var err error
	if e := c.Control(func(fd uintptr) { err = do(fd) }); e != nil {
		return e
	}
	return err
}
