package events

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestThinned: of long series the ends, and the least and the greatest values of each
// span stay, in their order; short ones stay as they are.
func TestThinned(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 1))
	var all []capture.Queue
	for i := range 10_000 {
		all = append(all, capture.Queue{Time: time.Duration(i) * ms, Packets: chance.IntN(1000)})
	}
	const spans = 50
	few := (bounds{spans: spans}).fewQueues(all)
	if len(few) > 3*spans || !slices.IsSortedFunc(few, func(a, b capture.Queue) int { return int(a.Time - b.Time) }) {
		t.Errorf("%d of %d, in order or not", len(few), len(all))
	}
	each := len(all) / spans
	for i := 0; i < len(all); i += each {
		in := slices.DeleteFunc(slices.Clone(few), func(q capture.Queue) bool {
			return q.Time < all[i].Time || q.Time > all[i+each-1].Time
		})
		for what, of := range map[string]func([]capture.Queue, func(a, b capture.Queue) int) capture.Queue{
			"least": slices.MinFunc[[]capture.Queue], "greatest": slices.MaxFunc[[]capture.Queue],
		} {
			byLength := func(a, b capture.Queue) int { return a.Packets - b.Packets }
			if got, want := of(in, byLength), of(all[i:i+each], byLength); got.Packets != want.Packets {
				t.Errorf("the %s from %d on is %d, want %d", what, i, got.Packets, want.Packets)
			}
		}
	}
	if few[len(few)-1] != all[len(all)-1] {
		t.Error("the last one is not there")
	}
	if same := (bounds{spans: spans}).fewQueues(all[:spans]); len(same) != spans {
		t.Errorf("%d of a short series", len(same))
	}
	if same := (bounds{}).fewQueues(all); len(same) != len(all) {
		t.Errorf("%d without bounds", len(same))
	}
}

// TestThinnedSockets: each socket and each figure has its own.
func TestThinnedSockets(t *testing.T) {
	var all []testbed.Socket
	for i := range 10_000 {
		local := netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(i%2))
		s := testbed.Socket{Time: time.Duration(i) * ms, Local: local, Cwnd: 10}
		switch i {
		case 5000:
			s.Cwnd = 99
		case 5001:
			s.InFlight = 77
		}
		all = append(all, s)
	}
	few := (bounds{spans: 10}).fewSockets(all)
	if len(few) > 200 {
		t.Errorf("%d states are left", len(few))
	}
	for _, want := range []testbed.Socket{all[5000], all[5001], all[9998], all[9999]} {
		if !slices.Contains(few, want) {
			t.Errorf("what was at %v is not there", want.Time)
		}
	}
}

// readShort reads a short stream: its conversations, and the lines of each type.
func readShort(t *testing.T, stream []byte) (conversations []Conversation, types map[string]int, last float64) {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	types = map[string]int{}
	for lines := bufio.NewScanner(zip); lines.Scan(); {
		var line struct {
			Conversation
			T float64 `json:"t"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		types[line.Type]++
		last = max(last, line.T)
		if line.Type == "conversation" {
			conversations = append(conversations, line.Conversation)
		}
	}
	return conversations, types, last
}

// longTrace is a conversation of datagrams, one a millisecond.
func longTrace(packets int) packet.Trace {
	t := packet.Trace{Transport: "udp"}
	for i := range packets {
		data := fill(i, false)
		sent := time.Duration(i) * ms
		t.Packets = append(t.Packets, packet.Packet{
			Time: sent, Delivered: sent + 10*ms, Payload: len(data), Data: data, From: wire.Client,
			UDP: &packet.Datagram{},
		})
	}
	return t
}

// TestFew: of a long conversation the first packets are told, with what happened until
// then, and how many there are; of many each is told shorter.
func TestFew(t *testing.T) {
	for _, c := range []struct{ conversations, packets, told, shown int }{
		{1, 100, 100, 0},
		{2, MostPackets, MostPackets, 0},
		{2, MostPackets + 1, MostPackets, MostPackets},
		{100, 500, 200, 200},
	} {
		var some []packet.Trace
		for range c.conversations {
			some = append(some, longTrace(c.packets))
		}
		stream, err := Run{}.FewOfFile("capture", some)
		if err != nil {
			t.Fatal(err)
		}
		got, types, last := readShort(t, stream)
		if len(got) != c.conversations || got[0].Packets != c.packets || got[0].Shown != c.shown {
			t.Errorf("%+v: %d conversations, the first %+v", c, len(got), got[0])
		}
		if types["packet"] != c.conversations*c.told || types["start"] != 1 || types["result"] != 0 {
			t.Errorf("%+v: %v", c, types)
		}
		if cut := float64(c.told - 1); c.shown > 0 && last != cut {
			t.Errorf("%+v: it ends at %v ms, want %v", c, last, cut)
		}
	}
}

// TestFewOfWires: the queues of other wires than those of the conversations are not
// told.
func TestFewOfWires(t *testing.T) {
	one := longTrace(10)
	one.Wire = 2
	queue := []capture.Queue{{Time: ms, Packets: 1}}
	seen := []capture.Seen{{Queues: queue}, {Queues: queue}, {Queues: queue}}
	stream, err := Run{}.Few(experiments.Experiment{ID: "loss"}, &result.Result{}, []packet.Trace{one}, seen)
	if err != nil {
		t.Fatal(err)
	}
	if _, types, _ := readShort(t, stream); types["queue"] != 1 {
		t.Errorf("%d queues are told, want that of wire 2", types["queue"])
	}
}
