package registry

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// onMemory runs a method through transports over networks without packets,
// which may be changed before.
func onMemory(
	t *testing.T, run func(context.Context, *testbed.Bench) ([]result.Measurement, error),
	change func(testbed.Network) testbed.Network, transports ...testbed.Transport,
) *result.Result {
	t.Helper()
	var r *result.Result
	synctest.Test(t, func(t *testing.T) {
		o := (&opened{}).memory()
		open := o.Open
		o.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
			n, err := open(ctx, s)
			if change != nil && err == nil {
				n = change(n)
			}
			return n, err
		}
		b := &testbed.Bench{Options: result.Options{Messages: 100, Size: 64}, Transports: transports, Driver: o}
		rows, err := run(t.Context(), b)
		if err != nil {
			t.Error(err)
		}
		r = &result.Result{Measurements: rows}
	})
	return r
}

// asExpected reports whether a value is what theory expects, and fails the test
// if theory says nothing.
func asExpected(t *testing.T, r *result.Result, id, transport string) bool {
	t.Helper()
	m := r.Find(id)
	want, expected := m.Expected[transport]
	got, measured := m.Values[transport]
	if !expected || !measured {
		t.Fatalf("%s of %s: measured %v, expected %v", id, transport, measured, expected)
	}
	if want.Word != "" || got.Word != "" {
		return got.Word == want.Word
	}
	return m.Low[transport] <= got.Number && got.Number <= m.High[transport]
}

// wantValues holds all values of one transport against what they have to be.
func wantValues(t *testing.T, r *result.Result, transport string, want map[string]result.Value) {
	t.Helper()
	for id, v := range want {
		if got := r.Find(id).Values[transport]; got != v {
			t.Errorf("%s of %s is %v, want %v", id, transport, got, v)
		}
	}
}

// wantExpected wants values to be as theory expects, or not to be.
func wantExpected(t *testing.T, r *result.Result, transport string, want bool, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if got := asExpected(t, r, id, transport); got != want {
			m := r.Find(id)
			t.Errorf("%s of %s is %v, expected %v (%v to %v): as expected %v, want %v",
				id, transport, m.Values[transport], m.Expected[transport], m.Low[transport], m.High[transport], got, want)
		}
	}
}

// serving is a transport whose servers are not what was asked for.
func servingOther(t testbed.Transport, change func(*testbed.ServerOptions)) testbed.Transport {
	listen := t.Listen
	t.Listen = func(ctx context.Context, host testbed.Host, address string, o testbed.ServerOptions) (testbed.Server, error) {
		change(&o)
		return listen(ctx, host, address, o)
	}
	return t
}

// scripted is a client whose echoes take as long as it is told.
type scripted struct {
	testbed.Client
	takes []time.Duration
}

func (c *scripted) Receive(buf []byte) (int, error) {
	n, err := c.Client.Receive(buf)
	time.Sleep(c.takes[0])
	c.takes = c.takes[1:]
	return n, err
}

// TestLatencyIsTheRoundTrip: of a hundred echoes that take 1 to 100 ms, the
// median takes 50 and the percentile 99 takes 99; those before do not count.
func TestLatencyIsTheRoundTrip(t *testing.T) {
	slow := transports.UDP
	slow.Dial = func(ctx context.Context, host testbed.Host, address string, o testbed.ClientOptions) (testbed.Client, error) {
		c, err := transports.UDP.Dial(ctx, host, address, o)
		s := &scripted{Client: c}
		for range warmUp {
			s.takes = append(s.takes, time.Second)
		}
		for i := range 100 {
			s.takes = append(s.takes, time.Duration(1+(i*37)%100)*ms)
		}
		return s, err
	}
	r := onMemory(t, runLatency, nil, slow)
	wantValues(t, r, "udp", map[string]result.Value{"rtt_p50": result.Num(50_000), "rtt_p99": result.Num(99_000)})
}

func TestBoundaries(t *testing.T) {
	all := []string{"reads", "came_back", "truncated", "reads_large"}
	r := onMemory(t, runBoundaries, nil, transports.Transports()...)
	wantValues(t, r, "tcp", map[string]result.Value{
		"writes": result.Num(10), "reads": result.Num(1), "came_back": result.Num(1000), "truncated": result.Num(0), "reads_large": result.Num(9),
	})
	wantValues(t, r, "udp", map[string]result.Value{
		"writes": result.Num(10), "reads": result.Num(10), "came_back": result.Num(1000), "truncated": result.Num(50), "reads_large": result.Num(1),
	})
	wantExpected(t, r, "tcp", true, all...)
	wantExpected(t, r, "udp", true, all...)
}

// TestBoundariesWithAWrongPeer: one that answers other bytes, or nothing, shows
// nothing of reads, and is no two-way conversation.
func TestBoundariesWithAWrongPeer(t *testing.T) {
	for _, service := range []string{"discard", "upper"} {
		for _, transport := range transports.Transports() {
			wrong := servingOther(transport, func(o *testbed.ServerOptions) { o.Service = service })
			r := onMemory(t, runBoundaries, nil, wrong)
			wantValues(t, r, transport.Name, map[string]result.Value{"came_back": result.Num(0)})
			wantExpected(t, r, transport.Name, false, "came_back")
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
	r := onMemory(t, runBoundaries, func(n testbed.Network) testbed.Network { return datagramWise{n} }, transports.TCP)
	wantValues(t, r, "tcp", map[string]result.Value{"reads": result.Num(10)})
	wantExpected(t, r, "tcp", false, "reads", "reads_large")
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

func TestLargestMessage(t *testing.T) {
	r := onMemory(t, runSize, nil, transports.Transports()...)
	wantValues(t, r, "udp", map[string]result.Value{"largest": result.Num(65507), "beyond": result.Word("message too long")})
	wantValues(t, r, "tcp", map[string]result.Value{"largest": result.Num(1 << 20), "beyond": result.Word("works too")})
	for _, transport := range transports.Transports() {
		wantExpected(t, r, transport.Name, true, "largest", "beyond")
	}
}

// TestLargestMessageOfAServerThatCuts: the echo has to be whole, and the
// smallest bound on the way counts.
func TestLargestMessageOfAServerThatCuts(t *testing.T) {
	cuts := servingOther(transports.UDP, func(o *testbed.ServerOptions) { o.Buffer = 1000 })
	r := onMemory(t, runSize, nil, cuts)
	wantExpected(t, r, "udp", false, "largest", "beyond")
	wantValues(t, r, "udp", map[string]result.Value{"largest": result.Num(1000), "beyond": result.Word("no answer")})
}

func TestLargestAllowed(t *testing.T) {
	for _, c := range []struct {
		network, system string
		want            int
	}{
		{"localhost", "linux", 65507}, {"localhost", "windows", 65507}, {"localhost", "darwin", 9216}, {"localhost", "plan9", 0},
		{"virtual", "darwin", 65507}, {"kernel", "linux", 65507},
	} {
		if got := largestAllowed(c.network, c.system); got != c.want {
			t.Errorf("%s on %s: %d, want %d", c.network, c.system, got, c.want)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	r := onMemory(t, runRefusal, nil, transports.Transports()...)
	wantValues(t, r, "tcp", map[string]result.Value{
		"outcome": result.Word("refused"), "first_message": result.Word("not sent"), "after_listen": result.Word("connected"),
	})
	wantValues(t, r, "udp", map[string]result.Value{
		"outcome": result.Word("told late"), "outcome_unconnected": result.Word("never told"),
		"first_message": result.Word("sent"), "after_listen": result.Word("connected"),
	})
	for _, transport := range transports.Transports() {
		wantExpected(t, r, transport.Name, true, "outcome", "first_message", "after_listen")
	}
	if _, ok := r.Find("outcome_unconnected").Values["tcp"]; ok {
		t.Error("something is said of TCP without connect")
	}
}

// mute is a network whose datagrams find nobody, and nobody says so.
type mute struct{ testbed.Network }

func (m mute) Client() testbed.Host { return muteHost{m.Network.Client()} }

type muteHost struct{ testbed.Host }

func (h muteHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := h.Host.DialContext(ctx, network, address)
	if err == nil && network == "udp" {
		c = hush{c}
	}
	return c, err
}

// hush swallows the first writes: those to the port where nobody listens.
type hush struct{ net.Conn }

func (hush) Write(b []byte) (int, error) { return len(b), nil }

func TestNobodyTellsThatNobodyIsThere(t *testing.T) {
	var r refused
	synctest.Test(t, func(t *testing.T) {
		n, err := (&opened{}).memory().Open(t.Context(), testbed.NetworkConfig{})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		began := time.Now()
		if err := r.knockConnected(t.Context(), mute{n}, transports.UDP, "10.0.0.2:9"); err != nil {
			t.Fatal(err)
		}
		if r.outcome != neverTold || r.toldAfter != 0 || time.Since(began) < silence {
			t.Errorf("%+v after %v, want never told", r, time.Since(began))
		}
	})
}

func TestQueueing(t *testing.T) {
	r := onMemory(t, runConcurrency, nil, transports.Transports()...)
	wantValues(t, r, "tcp", map[string]result.Value{
		"wait_iterative": result.Num(150), "wait_concurrent": result.Num(0), "served_iterative": result.Num(1), "served_concurrent": result.Num(20),
	})
	wantValues(t, r, "udp", map[string]result.Value{
		"wait_iterative": result.Num(0), "wait_concurrent": result.Num(0), "served_iterative": result.Num(20), "served_concurrent": result.Num(20),
	})
	for _, transport := range transports.Transports() {
		wantExpected(t, r, transport.Name, true, "wait_iterative", "wait_concurrent", "served_iterative", "served_concurrent")
	}
}

// TestQueueingTheOtherWay: servers that take one client at a time whatever was
// asked, or all at once, are not as expected.
func TestQueueingTheOtherWay(t *testing.T) {
	always := servingOther(transports.TCP, func(o *testbed.ServerOptions) { o.Iterative = true })
	wantExpected(t, onMemory(t, runConcurrency, nil, always), "tcp", false, "wait_concurrent", "served_concurrent")
	never := servingOther(transports.TCP, func(o *testbed.ServerOptions) { o.Iterative = false })
	wantExpected(t, onMemory(t, runConcurrency, nil, never), "tcp", false, "wait_iterative", "served_iterative")
}

func TestPrograms(t *testing.T) {
	all := []string{"five_clients", "sixth_client", "hello_clients", "changed", "chunks"}
	r := onMemory(t, runPrograms, nil, transports.Transports()...)
	for _, transport := range transports.Transports() {
		wantValues(t, r, transport.Name, map[string]result.Value{
			"five_clients": result.Num(5), "sixth_client": result.Word("finds nobody"), "hello_clients": result.Num(3),
			"changed": result.Word("HELLO"), "chunks": result.Num(4),
		})
		wantExpected(t, r, transport.Name, true, all...)
	}
}

// TestWrongPrograms: servers that serve another number, greet with other words
// or change what they should not.
func TestWrongPrograms(t *testing.T) {
	for _, transport := range transports.Transports() {
		for _, c := range []struct {
			name   string
			change func(*testbed.ServerOptions)
			wrong  []string
		}{
			{"never stops", func(o *testbed.ServerOptions) { o.MaxClients = 0 }, []string{"sixth_client"}},
			{"stops after four", func(o *testbed.ServerOptions) { o.MaxClients = min(o.MaxClients, 4) }, []string{"five_clients"}},
			{"greets with an echo", func(o *testbed.ServerOptions) { greetWith(o, "echo") }, []string{"hello_clients"}},
			{"does not greet", func(o *testbed.ServerOptions) { greetWith(o, "discard") }, []string{"hello_clients"}},
			{"answers upper case", func(o *testbed.ServerOptions) { o.Service = "upper" }, []string{"five_clients", "hello_clients", "chunks"}},
			{"changes nothing", func(o *testbed.ServerOptions) { o.Service = "" }, []string{"hello_clients", "changed"}},
		} {
			r := onMemory(t, runPrograms, nil, servingOther(transport, c.change))
			t.Run(transport.Name+" "+c.name, func(t *testing.T) { wantExpected(t, r, transport.Name, false, c.wrong...) })
		}
	}
}

func greetWith(o *testbed.ServerOptions, service string) {
	if o.Service == "hello" {
		o.Service = service
	}
}
