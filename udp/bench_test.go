package udp_test

import (
	"testing"

	"echolab/udp"
)

// BenchmarkEcho is one message there and back.
func BenchmarkEcho(b *testing.B) {
	s, err := udp.Listen(b.Context(), udp.System{}, "127.0.0.1:0", udp.ServerOptions{})
	if err != nil {
		b.Fatal(err)
	}
	go s.Serve()
	defer s.Close()
	c, err := udp.Dial(b.Context(), udp.System{}, s.Addr().String(), udp.ClientOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	message, buf := make([]byte, 512), make([]byte, 512)
	b.ReportAllocs()
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		if err := c.Send(message); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Receive(buf); err != nil {
			b.Fatal(err)
		}
	}
}
