package wire

import (
	"slices"
	"testing"
	"time"

	"echolab/lab/link"
)

// BenchmarkDelayError sends a packet every millisecond through a delay of
// 10 ms and reports how much later than that each is handed over.
func BenchmarkDelayError(b *testing.B) {
	const delay = 10 * time.Millisecond
	offered := make(map[int]time.Duration, b.N)
	errors := make([]float64, 0, b.N)
	all := make(chan struct{})
	client, server := newMemory(nil), newMemory(nil)
	w := Connect(client, server, Options{Client: link.Conditions{Delay: delay}}, func(e Event) {
		if e.Fate == link.Queued {
			offered[e.Number] = e.Time
			return
		}
		errors = append(errors, float64(e.Time-offered[e.Number]-delay)/float64(time.Millisecond))
		if len(errors) == b.N {
			close(all)
		}
	})
	defer w.Close()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for b.Loop() {
		client.sent <- ipv4(0, 100)
		<-tick.C
	}
	<-all
	slices.Sort(errors)
	b.ReportMetric(errors[len(errors)/2], "ms-late-p50")
	b.ReportMetric(errors[len(errors)*99/100], "ms-late-p99")
	b.ReportMetric(errors[len(errors)-1], "ms-late-max")
}

// BenchmarkPackets moves packets between the same two devices by a bare copy
// loop and by a wire; their ratio is what the wire costs. The devices do
// nothing, so that against real ones it costs less.
func BenchmarkPackets(b *testing.B) {
	packet := ipv4(0, 1500)
	move := func(b *testing.B, join func(client, server *memory) (end func())) {
		received, all := 0, make(chan struct{}, 1)
		client, server := newMemory(nil), newMemory(func([]byte) error {
			if received++; received == b.N {
				all <- struct{}{}
			}
			return nil
		})
		defer join(client, server)()
		b.SetBytes(int64(len(packet)))
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			client.sent <- packet
		}
		<-all
	}
	b.Run("bare", func(b *testing.B) {
		move(b, func(client, server *memory) func() {
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				buf := make([]byte, maxPacket)
				for {
					n, err := client.Read(buf)
					if err != nil {
						return
					}
					server.Write(buf[:n])
				}
			}()
			return func() { client.Close(); <-ended }
		})
	})
	for name, c := range map[string]link.Conditions{"wire": {}, "wire with delay": {Delay: time.Millisecond}} {
		b.Run(name, func(b *testing.B) {
			move(b, func(client, server *memory) func() {
				w := Connect(client, server, Options{Client: c, Server: c})
				return func() { w.Close() }
			})
		})
	}
}
