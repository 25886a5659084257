package labtest

import (
	"bytes"
	"errors"
	"net"
	"syscall"
	"time"

	"echolab/lab/testbed"
)

var datagramRules = []rule[*networkTest]{
	{
		"DatagramEcho",
		"A datagram that one host sends reaches the other with its sender's address, and the answer comes back.",
		datagramEcho,
	},
	{"DatagramKeepsBoundaries", "One write is one datagram is one read; an empty one counts.", datagramBoundaries},
	{
		"DatagramIsCutShort",
		"A read with too short a buffer gets the beginning; the rest of that datagram is gone.",
		datagramCutShort,
	},
	{
		"DatagramLargest",
		"IPv4 carries 65507 bytes in one datagram, in fragments if it must, and not one more.",
		datagramLargest,
	},
	{
		"DatagramRefused",
		"A connected socket learns of a closed port on the next read, with syscall.ECONNREFUSED.",
		datagramRefused,
	},
	{"DatagramDeadline", "A read ends when its deadline passes, and the socket lives on.", datagramDeadline},
	{"DatagramCloseEndsRead", "Close wakes ReadFrom with net.ErrClosed.", datagramCloseEndsRead},
}

// largestDatagram is what fits into an IPv4 packet of 65535 bytes beside the
// headers of IPv4 (20 bytes, RFC 791) and UDP (8 bytes, RFC 768).
const largestDatagram = 65535 - 20 - 8

func datagramEcho(t *networkTest) {
	n := t.network()
	for _, way := range [][2]testbed.Host{{n.Client(), n.Server()}, {n.Server(), n.Client()}} {
		server := t.listenPacket(way[1])
		client := t.dial(way[0], server.LocalAddr())
		from := t.arrives(client, server, []byte("there"))
		if from.String() != client.LocalAddr().String() {
			t.Errorf("the sender is %s, the datagram says %s", client.LocalAddr(), from)
		}
		if _, err := server.WriteTo([]byte("and back"), from); err != nil {
			t.Fatalf("answer: %v", err)
		}
		got := make([]byte, 100)
		if k, err := client.Read(got); err != nil || string(got[:k]) != "and back" {
			t.Fatalf("the answer is %q, %v", got[:k], err)
		}
	}
}

// arrives checks that one write of message is one read of it, and returns
// the sender's address.
func (t *networkTest) arrives(client net.Conn, server net.PacketConn, message []byte) net.Addr {
	t.Helper()
	if _, err := client.Write(message); err != nil {
		t.Fatalf("send a datagram of %d bytes: %v", len(message), err)
	}
	got := make([]byte, len(message)+1)
	k, from, err := server.ReadFrom(got)
	if err != nil {
		t.Fatalf("receive a datagram of %d bytes: %v", len(message), err)
	}
	if !bytes.Equal(got[:k], message) {
		t.Fatalf("a datagram of %d bytes arrived as %d, or other, bytes", len(message), k)
	}
	return from
}

func datagramBoundaries(t *networkTest) {
	client, server := t.datagrams(t.network())
	for _, size := range []int{1, 0, 100, 1472, 1473, 9000} {
		t.arrives(client, server, random(size, uint64(size)))
	}
}

func datagramCutShort(t *networkTest) {
	client, server := t.datagrams(t.network())
	if _, err := client.Write([]byte("abcdef")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 3)
	// Windows says WSAEMSGSIZE, and so does package net there; the bytes count.
	k, _, err := server.ReadFrom(got)
	if k != 3 || string(got) != "abc" || (err != nil && !errors.Is(err, syscall.EMSGSIZE)) {
		t.Errorf("a short read got %q, %v", got[:k], err)
	}
	t.arrives(client, server, []byte("next"))
}

func datagramLargest(t *networkTest) {
	client, server := t.datagrams(t.network())
	t.arrives(client, server, random(largestDatagram, 3))
	if _, err := client.Write(make([]byte, largestDatagram+1)); !errors.Is(err, syscall.EMSGSIZE) {
		t.Errorf("sending %d bytes: %v, want message too long", largestDatagram+1, err)
	}
}

func datagramRefused(t *networkTest) {
	n := t.network()
	where := t.unusedPort(n.Server())
	client := t.dial(n.Client(), net.UDPAddrFromAddrPort(where))
	if _, err := client.Write([]byte("anybody?")); err != nil {
		t.Fatalf("send: %v", err)
	}
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("read after sending to %s: %v, want connection refused", where, err)
	}
}

func datagramDeadline(t *networkTest) {
	client, server := t.datagrams(t.network())
	_ = server.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	t.expired("read with a deadline to come", func() error { _, _, err := server.ReadFrom(make([]byte, 1)); return err })
	_ = server.SetReadDeadline(time.Now().Add(patience))
	t.arrives(client, server, []byte("late"))
}

func datagramCloseEndsRead(t *networkTest) {
	n := t.network()
	server := t.listenPacket(n.Server())
	t.closed("ReadFrom", server.Close, func() error { _, _, err := server.ReadFrom(make([]byte, 1)); return err })
}
