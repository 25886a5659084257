package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// startServer runs the server and tells its address, how to interrupt it, and
// what it said and its exit code once it has ended.
func startServer(t *testing.T, args ...string) (address string, interrupt func(), ended <-chan said) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	done := make(chan said, 1)
	go func() {
		defer in.Close()
		var stderr bytes.Buffer
		code := run(ctx, append([]string{"serve"}, args...), nil, in, &stderr)
		done <- said{code: code, err: stderr.String()}
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v", err)
	}
	return strings.TrimSpace(line), cancel, done
}

// echoed sends a few bytes and takes them back.
func echoed(c net.Conn) error {
	b := []byte("again")
	if _, err := c.Write(b); err != nil {
		return err
	}
	_, err := io.ReadFull(c, b)
	return err
}

// TestGrace interrupts a server while a client does not stop sending: it is
// cut off when the grace is over, and the log says so.
func TestGrace(t *testing.T) {
	defer goleak.VerifyNone(t)
	address, interrupt, ended := startServer(t, "tcp", "--addr", "127.0.0.1:0", "--grace", "50ms")
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	first, cut := make(chan struct{}), make(chan struct{})
	go func() { // sends and takes its echoes until it is cut off
		defer close(cut)
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		err := echoed(c)
		close(first)
		for err == nil {
			err = echoed(c)
		}
	}()
	<-first
	interrupt()
	select {
	case got := <-ended:
		if got.code != exitDone || !strings.Contains(got.err, "clients were cut off") ||
			!strings.Contains(got.err, "server stopped") {
			t.Errorf("exit code %d, said %q", got.code, got.err)
		}
	case <-time.After(patience):
		t.Error("the server did not end")
	}
	<-cut
}

// TestServePortTaken asks for a port that TCP has free and UDP has not.
func TestServePortTaken(t *testing.T) {
	defer goleak.VerifyNone(t)
	taken, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var out, stderr bytes.Buffer
	code := run(t.Context(), []string{"serve", "both", "--addr", taken.LocalAddr().String()}, nil, &out, &stderr)
	if code != exitMisuse || out.Len() > 0 || !strings.Contains(stderr.String(), "lab: hint: ") {
		t.Errorf("exit code %d, printed %q, said %q", code, out.String(), stderr.String())
	}
}
