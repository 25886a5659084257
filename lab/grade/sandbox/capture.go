package sandbox

import (
	"io"
	"slices"
	"sync"
)

// tailSize is how much of the end of an output is kept.
const tailSize = 8 << 10

// Capture is the bounded memory of an output: its first bytes, its last bytes
// and how many there were. It may be read while it is still written to.
type Capture struct {
	mu    sync.Mutex
	keep  int // bytes kept of the beginning
	head  []byte
	tail  []byte // the bytes after head, at most 2*tailSize
	total int64
}

func newCapture(keep int) *Capture {
	if keep <= 0 {
		keep = tailSize
	}
	return &Capture{keep: keep}
}

// Write keeps what fits; it never fails.
func (c *Capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(p)
	c.total += int64(n)
	if room := c.keep - len(c.head); room > 0 {
		take := min(room, len(p))
		c.head = append(c.head, p[:take]...)
		p = p[take:]
	}
	if len(p) > tailSize {
		p = p[len(p)-tailSize:]
	}
	c.tail = append(c.tail, p...)
	if len(c.tail) > 2*tailSize {
		c.tail = append(c.tail[:0], c.tail[len(c.tail)-tailSize:]...)
	}
	return n, nil
}

// Head is the beginning of the output, as much as is kept.
func (c *Capture) Head() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.head)
}

// Tail is the end of the output, at most n bytes.
func (c *Capture) Tail(n int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.tail
	if len(all) < n && len(c.head) > 0 {
		all = slices.Concat(c.head, c.tail)
	}
	return slices.Clone(all[max(0, len(all)-n):])
}

// Total is how many bytes there were.
func (c *Capture) Total() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// drain copies from r until it ends, and calls counted after every read.
func (c *Capture) drain(r io.Reader, counted func(n int)) {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			_, _ = c.Write(buf[:n]) // never fails
			counted(n)
		}
		if err != nil {
			return
		}
	}
}
