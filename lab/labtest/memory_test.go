package labtest

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"echolab/lab/link"
	"echolab/lab/networks/localhost"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openMemory(s testbed.NetworkConfig) (testbed.Network, error) { return Memory(s), nil }

func openLocalhost(s testbed.NetworkConfig) (testbed.Network, error) {
	return localhost.Localhost.Open(context.Background(), s)
}

func TestMemory(t *testing.T) {
	TestNetwork(t, func(s testbed.NetworkConfig) (testbed.Network, error) {
		if t := s.Wire.Client; t.Loss > 0 && t.Loss < 1 {
			return nil, errors.New("streams in memory meet no conditions")
		}
		return openMemory(s)
	})
}

func TestLocalhost(t *testing.T) { TestNetwork(t, openLocalhost) }

// In a bubble, time is what the link says and no test waits for it.
func TestMemoryInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hour = time.Hour
		n := Memory(testbed.NetworkConfig{Wire: wire.Options{
			Client: link.Conditions{Delay: hour, Drop: []int{2}},
			Server: link.Conditions{Delay: hour / 2},
		}})
		defer n.Close()
		server, err := n.Server().ListenPacket(t.Context(), "udp", ":7")
		if err != nil {
			t.Fatal(err)
		}
		client, err := n.Client().DialContext(t.Context(), "udp", "10.0.0.2:7")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for _, m := range []string{"first", "lost", "third"} {
			client.Write([]byte(m))
		}
		buf := make([]byte, 10)
		for _, want := range []string{"first", "third"} {
			n, from, err := server.ReadFrom(buf)
			if err != nil || string(buf[:n]) != want || time.Since(began) != hour {
				t.Fatalf("%q, %v after %v, want %q after %v", buf[:n], err, time.Since(began), want, hour)
			}
			server.WriteTo(buf[:n], from)
		}
		if _, err := client.Read(buf); err != nil || time.Since(began) != hour+hour/2 {
			t.Fatalf("the echo: %v after %v", err, time.Since(began))
		}
		server.SetReadDeadline(time.Now().Add(24 * hour))
		if _, _, err := server.ReadFrom(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("the lost datagram: %v", err)
		}
	})
}

func TestMemoryClosesWithDatagramsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := Memory(testbed.NetworkConfig{Wire: wire.Options{Client: link.Conditions{Delay: time.Second}}})
		c, err := n.Client().DialContext(t.Context(), "udp", "10.0.0.2:7")
		if err != nil {
			t.Fatal(err)
		}
		c.Write([]byte("never arrives"))
		n.Close()
		if _, err := c.Write([]byte("too late")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after closing: %v", err)
		}
	})
}

func TestTransports(t *testing.T) {
	for _, transport := range transports.Transports() {
		t.Run(transport.Name, func(t *testing.T) {
			t.Run("memory", func(t *testing.T) { TestTransport(t, transport, openMemory) })
			t.Run("localhost", func(t *testing.T) { TestTransport(t, transport, openLocalhost) })
		})
	}
}
