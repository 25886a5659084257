package tcp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Client is one end of a connection to an echo server. Dial makes it; it
// lives until Close. One goroutine may send while another receives. A client
// that sends much and receives nothing can block for ever: the server stops
// reading while it cannot write its answers.
type Client struct {
	conn   net.Conn
	o      ClientOptions
	frames frameReader
	out    []byte // the last frame that was sent
	broken error  // why no frame can follow: the last one was sent only in part
}

// Dial connects to a server. It returns after one round trip, when the
// server's system has answered; its program may not know of the client yet.
func Dial(ctx context.Context, host Host, address string, o ClientOptions) (*Client, error) {
	o, err := o.ready()
	if err != nil {
		return nil, fmt.Errorf("dial tcp %s: %w", address, err)
	}
	conn, err := host.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("dial tcp %s: %w", address, err)
	}
	return &Client{
		conn:   conn,
		o:      o,
		frames: frameReader{r: bufio.NewReaderSize(conn, DefaultBuffer), limit: o.MaxMessage},
	}, nil
}

// Send sends one message as a frame, or its bare bytes when the client is
// raw. It returns when the system has taken the bytes, not when they arrive.
func (c *Client) Send(message []byte) error {
	if c.o.Raw {
		_, err := c.conn.Write(message)
		return c.wrap("send to", err)
	}
	if c.broken != nil {
		return c.wrap("send to", c.broken)
	}
	frame, err := appendFrame(c.out[:0], message, c.o.MaxMessage)
	if err != nil {
		return c.wrap("send to", err)
	}
	c.out = frame
	n, err := c.conn.Write(frame)
	if err != nil && n > 0 {
		err = fmt.Errorf("frame cut off after %d of %d bytes: %w", n, len(frame), err)
		c.broken = err
	}
	return c.wrap("send to", err)
}

// Receive waits for one message, puts it into buf and returns its length. A
// message longer than buf is an error that is io.ErrShortBuffer, and what did
// not fit is gone.
//
// A raw client fills buf instead, since a stream has no messages: buf must be
// as long as what was sent. If the server closes before, the error is
// io.ErrUnexpectedEOF and buf holds the bytes that came.
func (c *Client) Receive(buf []byte) (int, error) {
	if c.o.Raw {
		n, err := io.ReadFull(c.conn, buf)
		return n, c.wrap("receive from", err)
	}
	message, err := c.frames.next()
	if err != nil {
		return 0, c.wrap("receive from", err)
	}
	n := copy(buf, message)
	if n < len(message) {
		err = fmt.Errorf("message of %d bytes, buffer of %d: %w", len(message), len(buf), io.ErrShortBuffer)
	}
	return n, c.wrap("receive from", err)
}

// SetDeadline bounds Send and Receive; past it they return an error that is
// os.ErrDeadlineExceeded. A message that was received in part is not lost:
// with a later deadline, Receive goes on.
func (c *Client) SetDeadline(t time.Time) error { return c.conn.SetDeadline(t) }

// LocalAddr is the address that the host chose for this end.
func (c *Client) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr is the server's address.
func (c *Client) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// CloseWrite tells the server that nothing more follows. Its remaining answers
// can still be received. The error is errors.ErrUnsupported where the host's
// connections have no CloseWrite.
func (c *Client) CloseWrite() error {
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok {
		return c.wrap("close half to", errors.ErrUnsupported)
	}
	return c.wrap("close half to", half.CloseWrite())
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// wrap names the step and the server in an error. The end of the stream is no
// failure and stays io.EOF.
func (c *Client) wrap(step string, err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // the bare end, not one within a frame
		return err
	}
	return fmt.Errorf("%s tcp %v: %w", step, c.RemoteAddr(), err)
}
