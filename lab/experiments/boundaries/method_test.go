package boundaries

import (
	"context"

	"net"
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestBoundaries(t *testing.T) {
	all := []string{"reads", "came_back", "truncated", "reads_large"}
	r := probetest.OnMemory(t, Experiment.Run, nil, transports.Transports()...)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{
		"writes": result.Num(10), "reads": result.Num(1), "came_back": result.Num(1000), "truncated": result.Num(0), "reads_large": result.Num(9),
	})
	probetest.WantValues(t, r, "udp", map[string]result.Value{
		"writes": result.Num(10), "reads": result.Num(10), "came_back": result.Num(1000), "truncated": result.Num(50), "reads_large": result.Num(1),
	})
	probetest.WantExpected(t, r, "tcp", true, all...)
	probetest.WantExpected(t, r, "udp", true, all...)
}

// TestBoundariesWithAWrongPeer: one that answers other bytes, or nothing, shows
// nothing of reads, and is no two-way conversation.
func TestBoundariesWithAWrongPeer(t *testing.T) {
	for _, service := range []string{"discard", "upper"} {
		for _, transport := range transports.Transports() {
			wrong := probetest.ServingOther(transport, func(o *testbed.ServerOptions) { o.Service = service })
			r := probetest.OnMemory(t, Experiment.Run, nil, wrong)
			probetest.WantValues(t, r, transport.Name, map[string]result.Value{"came_back": result.Num(0)})
			probetest.WantExpected(t, r, transport.Name, false, "came_back")
			if _, ok := r.Find("truncated").Values[transport.Name]; ok {
				t.Errorf("%s, %s: something is said of what a short read cost", transport.Name, service)
			}
		}
	}
}

// datagramWise is a network whose streams keep the boundaries of writes, as
// TCP's do not.
type datagramWise struct{ testbed.Network }

func (d datagramWise) Client() testbed.Host { return datagramWiseHost{d.Network.Client()} }

type datagramWiseHost struct{ testbed.Host }

func (h datagramWiseHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := h.Host.DialContext(ctx, network, address)
	return shortReads{c}, err
}

type shortReads struct{ net.Conn }

func (c shortReads) Read(b []byte) (int, error) { return c.Conn.Read(b[:min(len(b), smallSize)]) }

// TestReadsThatStopShort: a stream that gives less than is there is not as
// expected.
func TestReadsThatStopShort(t *testing.T) {
	r := probetest.OnMemory(t, Experiment.Run, func(n testbed.Network) testbed.Network { return datagramWise{n} }, transports.TCP)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{"reads": result.Num(10)})
	probetest.WantExpected(t, r, "tcp", false, "reads", "reads_large")
}

func TestFewest(t *testing.T) {
	for _, c := range []struct {
		counts []int
		want   int
		asked  int
	}{
		{[]int{1}, 1, 1}, {[]int{3, 1}, 1, 2}, {[]int{3, 2, 4}, 2, 3}, {[]int{2, 3, 4}, 2, 3},
	} {
		asked := 0
		got, err := fewest(1, func(time.Duration) (int, error) { asked++; return c.counts[asked-1], nil })
		if err != nil || got != c.want || asked != c.asked {
			t.Errorf("%v: %d after %d counts, %v; want %d after %d", c.counts, got, asked, err, c.want, c.asked)
		}
	}
}
