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
	w := Connect(client, server, Options{
		Client: link.Conditions{Delay: delay},
		Tap: func(e Event) {
			if e.Fate == link.Queued {
				offered[e.Number] = e.Time
				return
			}
			errors = append(errors, float64(e.Time-offered[e.Number]-delay)/float64(time.Millisecond))
			if len(errors) == b.N {
				close(all)
			}
		},
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
