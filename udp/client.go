package udp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Client is one end of a conversation with an echo server. Dial makes it; it
// lives until Close. One goroutine may send while another receives.
type Client struct {
	conn net.Conn
	o    ClientOptions
	in   []byte // one byte longer than the caller's buffer: a datagram that fills it was longer
}

// Dial remembers the server's address. Nothing is sent, so Dial succeeds also
// where there is no server. From now on the system delivers only datagrams from
// that address, and reports a closed port there (ICMP port unreachable,
// RFC 1122 4.1.3.3) as an error of a later Send or Receive.
func Dial(ctx context.Context, host Host, address string, o ClientOptions) (*Client, error) {
	conn, err := host.DialContext(ctx, "udp", address)
	if err != nil {
		return nil, fmt.Errorf("dial udp %s: %w", address, err)
	}
	return &Client{conn: conn, o: o}, nil
}

// Send sends one message as a datagram. It returns when the system has taken
// the datagram, and nothing tells whether it arrives.
func (c *Client) Send(message []byte) error {
	_, err := c.conn.Write(message)
	return c.wrap("send to", err)
}

// Receive waits for one message, puts it into buf and returns its length. A
// message longer than buf is an error that is io.ErrShortBuffer, and what did
// not fit is gone.
func (c *Client) Receive(buf []byte) (int, error) {
	if len(c.in) <= len(buf) {
		c.in = make([]byte, len(buf)+1)
	}
	n, err := c.conn.Read(c.in[:len(buf)+1])
	if n > len(buf) || errors.Is(err, windowsTooLong) {
		err = fmt.Errorf("message of more bytes than the buffer of %d: %w", len(buf), io.ErrShortBuffer)
	}
	return copy(buf, c.in[:n]), c.wrap("receive from", err)
}

// SetDeadline bounds Send and Receive; past it they return an error that is
// os.ErrDeadlineExceeded.
func (c *Client) SetDeadline(t time.Time) error { return c.conn.SetDeadline(t) }

// LocalAddr is the address that the host chose for this end.
func (c *Client) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr is the server's address.
func (c *Client) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// Close closes the socket. The server is told nothing.
func (c *Client) Close() error { return c.conn.Close() }

// wrap names the step and the server in an error.
func (c *Client) wrap(step string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s udp %v: %w", step, c.RemoteAddr(), err)
}
