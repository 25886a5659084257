package checks

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"echolab/lab/text"
)

// What the questions about theory ask is found out here, on this machine's
// loopback.

// soon bounds a wait for something that must not come, late one for something
// that must.
const (
	soon = 200 * time.Millisecond
	late = 5 * time.Second
)

// measureHeaders finds the largest datagram that goes through. What it lacks
// to the largest IPv4 packet (65,535 bytes, RFC 791) are the headers.
func measureHeaders(ctx context.Context) (string, text.Message, error) {
	var l net.ListenConfig
	server, err := l.ListenPacket(ctx, "udp4", "127.0.0.1:0")
	if err != nil {
		return "", text.Message{}, err
	}
	defer func() { _ = server.Close() }()
	var d net.Dialer
	client, err := d.DialContext(ctx, "udp4", server.LocalAddr().String())
	if err != nil {
		return "", text.Message{}, err
	}
	defer func() { _ = client.Close() }()
	const packet = 65535
	largest := 0
	for low, high := 0, packet; low <= high; {
		middle := (low + high) / 2
		if _, err := client.Write(make([]byte, middle)); err != nil {
			high = middle - 1
			continue
		}
		largest, low = middle, middle+1
	}
	letters := map[int]string{8: "a", 20: "b", 28: "c", 40: "d"}
	letter, ok := letters[packet-largest]
	if !ok {
		return "", text.Message{}, errors.New("this system sends smaller datagrams only")
	}
	return letter, text.Sayf("The largest datagram that went through had %d bytes, %d less than the largest packet.", largest, packet-largest), nil
}

// measureIterative lets two clients come to a server that serves one at a time.
func measureIterative(ctx context.Context) (string, text.Message, error) {
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", text.Message{}, err
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(2 * late))
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}
	}()
	defer func() { _ = listener.Close(); <-served }()
	first, err := askOnce(ctx, listener.Addr().String(), late)
	if err != nil {
		return "", text.Message{}, err
	}
	defer func() { _ = first.Close() }()
	return secondClient(ctx, listener.Addr().String(), first)
}

// secondClient sees what becomes of a client while the server is busy with
// the first, and after.
func secondClient(ctx context.Context, address string, first net.Conn) (string, text.Message, error) {
	var d net.Dialer
	second, err := d.DialContext(ctx, "tcp4", address)
	if err != nil {
		return "a", text.Say("The second client was refused."), nil
	}
	defer func() { _ = second.Close() }()
	if answered(second, true, soon) {
		return "c", text.Say("The second client was answered while the first one was there."), nil
	}
	_ = first.Close()
	if !answered(second, false, late) {
		return "", text.Message{}, errors.New("the second client was never answered")
	}
	return "b", text.Say("The second client was answered only when the first one had gone."), nil
}

// askOnce connects and is answered.
func askOnce(ctx context.Context, address string, d time.Duration) (net.Conn, error) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp4", address)
	if err != nil {
		return nil, err
	}
	if !answered(c, true, d) {
		_ = c.Close()
		return nil, errors.New("no answer")
	}
	return c, nil
}

// answered asks, unless that was done before, and reports whether the answer
// comes in time.
func answered(c net.Conn, ask bool, d time.Duration) bool {
	_ = c.SetDeadline(time.Now().Add(d))
	if ask {
		if _, err := c.Write([]byte("x")); err != nil {
			return false
		}
	}
	n, err := c.Read(make([]byte, 1))
	return err == nil && n == 1
}
