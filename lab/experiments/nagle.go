package experiments

import (
	"context"
	"fmt"
	"net"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var nagle = lab.Experiment{
	ID:         "nagle",
	Title:      "Small writes",
	Question:   "How many packets does a burst of small writes make?",
	Method:     "twenty writes of ten bytes without a pause, Nagle's algorithm off, then on",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runNagle,
	Why: "A datagram is a packet, however small. A stream may gather: Nagle's algorithm sends the first small write at once and keeps what follows " +
		"until that is acknowledged, then sends it all in one segment. That saves packets and costs a round trip, and together with a receiver that delays its acknowledgements " +
		"it can cost much more. Go switches it off (TCP_NODELAY) on every connection; most other languages leave it on.",
	Packets: []string{
		"the client writes twenty times ten bytes, without a pause",
		"UDP: twenty datagrams",
		"TCP without Nagle: each write may leave at once, in a segment of its own",
		"TCP with Nagle: the first write leaves, the others wait for its acknowledgement and leave together one round trip later",
	},
	Theory: []string{
		"UDP: a packet a write",
		"TCP without Nagle: at most a packet a write",
		"TCP with Nagle: two packets, the first write and then all others together (RFC 9293 3.7.4)",
	},
	References: []string{"RFC 9293 3.7.4", "RFC 1122 4.2.3.4", "RFC 896", "RFC 5681 4.2"},
	Try:        "lab compare nagle --delay 50ms",
}

const (
	burstWrites = 20
	burstSize   = 10
)

func runNagle(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	at := lab.Row("packets", "Nagle off", "packets")
	gathered := lab.Row("packets_nagle", "Nagle on", "packets")
	for i, row := range []*lab.Measurement{at, gathered} {
		found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (int, error) {
			return burst(ctx, b.Attempt(i), t, row == at)
		})
		if err != nil {
			return nil, err
		}
		for _, t := range b.Transports {
			row.Set(t.Name, lab.Num(found[t.Name]))
			if !t.Stream {
				row.ExpectExactly(t.Name, burstWrites)
			}
		}
	}
	for _, t := range b.Transports {
		if t.Stream {
			at.Expect(t.Name, burstWrites, 2, burstWrites)
			gathered.Expect(t.Name, 2, 1, 3)
		}
	}
	at.Because("a datagram a write; at most a segment a write")
	gathered.Because("the first at once, the rest together after its acknowledgement (RFC 9293 3.7.4)")
	return lab.Rows(2, at, gathered), nil
}

// burst writes a burst to a server that discards it, and counts the packets
// with data that it became. Retransmissions do not count.
func burst(ctx context.Context, b *lab.Bench, t lab.Transport, noDelay bool) (packets int, err error) {
	rec := trace.NewRecorder(100 * burstWrites)
	s, err := b.Stage(ctx, t, lab.ServerOptions{Service: "discard"}, lab.ClientOptions{Raw: true}, rec.Tap)
	if err != nil {
		return 0, err
	}
	defer end(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer end(conn, &err)
	if err := setNoDelay(conn, noDelay); err != nil {
		return 0, err
	}
	for range burstWrites {
		if _, err := conn.Write(make([]byte, burstSize)); err != nil {
			return 0, fmt.Errorf("write: %w", err)
		}
	}
	return dataOnWire(ctx, rec, portOf(conn.LocalAddr()))
}

// setNoDelay switches Nagle's algorithm where there is one.
func setNoDelay(conn net.Conn, on bool) error {
	c, ok := conn.(interface{ SetNoDelay(bool) error })
	if !ok {
		return nil
	}
	if err := c.SetNoDelay(on); err != nil {
		return fmt.Errorf("set TCP_NODELAY: %w", err)
	}
	return nil
}

// dataOnWire waits until the whole burst has passed the wire, and counts its packets.
func dataOnWire(ctx context.Context, rec *trace.Recorder, port uint16) (packets int, err error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		packets, payload := 0, 0
		for _, p := range rec.Packets() {
			if p.From == wire.Client && p.SourcePort() == port && p.Payload > 0 && !p.Retransmission {
				packets++
				payload += p.Payload
			}
		}
		if payload >= burstWrites*burstSize {
			return packets, nil
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("the burst did not pass the wire within %v", patience)
}
