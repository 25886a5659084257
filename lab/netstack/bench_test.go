package netstack

import (
	"context"
	"io"
	"sync"
	"testing"

	"echolab/lab"
	"echolab/lab/wire"
)

// BenchmarkStream sends a TCP stream over a bare copy loop between the two
// devices, and over a wire without conditions: what the wire costs is the
// ratio of the two.
func BenchmarkStream(b *testing.B) {
	b.Run("bare", func(b *testing.B) { stream(b, bare) })
	b.Run("wire", func(b *testing.B) {
		stream(b, func(one, two wire.Device) io.Closer { return wire.Connect(one, two, wire.Options{}) })
	})
}

func stream(b *testing.B, join func(one, two wire.Device) io.Closer) {
	client, err := newHost(clientAddr, clientPorts, lab.Setup{MTU: lab.DefaultMTU})
	if err != nil {
		b.Fatal(err)
	}
	defer client.close()
	server, err := newHost(serverAddr, serverPorts, lab.Setup{MTU: lab.DefaultMTU})
	if err != nil {
		b.Fatal(err)
	}
	defer server.close()
	joined := join(client.device, server.device)
	defer joined.Close()
	ctx := context.Background()
	l, err := server.Listen(ctx, "tcp", ":7")
	if err != nil {
		b.Fatal(err)
	}
	received := make(chan int64, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			received <- -1
			return
		}
		n, _ := io.Copy(io.Discard, c)
		received <- n
	}()
	c, err := client.DialContext(ctx, "tcp", "10.0.0.2:7")
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 64<<10)
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		if _, err := c.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	c.(*Conn).CloseWrite()
	if n := <-received; n != int64(b.N*len(block)) {
		b.Fatalf("%d bytes arrived of %d", n, b.N*len(block))
	}
}

// loop copies packets from one device to the other, with nothing between.
type loop struct {
	one, two wire.Device
	pumps    sync.WaitGroup
}

func bare(one, two wire.Device) io.Closer {
	l := &loop{one: one, two: two}
	l.pumps.Go(func() { copyPackets(two, one) })
	l.pumps.Go(func() { copyPackets(one, two) })
	return l
}

func copyPackets(to, from wire.Device) {
	packet := make([]byte, lab.DefaultMTU)
	for {
		n, err := from.Read(packet)
		if err != nil {
			return
		}
		if _, err := to.Write(packet[:n]); err != nil {
			return
		}
	}
}

func (l *loop) Close() error {
	l.one.Close()
	l.two.Close()
	l.pumps.Wait()
	return nil
}
