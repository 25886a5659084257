package udp_test

import (
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"echolab/udp"
)

func TestShortBuffer(t *testing.T) {
	c := dial(t, serve(t, udp.ServerOptions{}))
	for _, message := range []string{"longer than four", "next"} {
		if err := c.Send([]byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 4)
	if n, err := c.Receive(buf); !errors.Is(err, io.ErrShortBuffer) || string(buf[:n]) != "long" {
		t.Errorf("got %q, %v, want io.ErrShortBuffer", buf[:n], err)
	}
	want(t, c, "next")
}

func TestDeadline(t *testing.T) {
	c := dial(t, serve(t, udp.ServerOptions{}))
	within(t, c, 10*time.Millisecond)
	if _, err := c.Receive(make([]byte, 5)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a timeout", err)
	}
	within(t, c, patience)
	echo(t, c, "hello")
}

// TestLargest: IPv4's 65,535 bytes less 20 of its header and 8 of UDP's.
func TestLargest(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the system's own limit is lower: net.inet.udp.maxdgram")
	}
	c := dial(t, serve(t, udp.ServerOptions{}))
	echo(t, c, strings.Repeat("x", 65507))
	if err := c.Send(make([]byte, 65508)); err == nil {
		t.Error("65,508 bytes went out in one datagram")
	}
	echo(t, c, "still works")
}

func TestDialNobody(t *testing.T) {
	s := serve(t, udp.ServerOptions{})
	c := dial(t, s) // there is nobody to refuse
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Send([]byte("anybody?")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Receive(make([]byte, 10))
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "receive from udp "+s.Addr().String()) {
		t.Errorf("got %v, want refused, with the address", err)
	}
}
