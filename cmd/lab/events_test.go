package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/events"
	"echolab/lab/report/reporttest"
	"echolab/lab/result"
)

// told is what a stream of events tells, by type.
type told struct {
	types         []string // in order, each run of a type once
	conversations map[int]events.Conversation
	packets       map[int][]events.Packet
	sockets       map[int][]events.Socket
	messages      []events.Message
	queues        []events.Queue
	results       []events.Result
	report        events.Report
}

// readEvents reads a stream, and fails the test where its order is wrong.
func readEvents(t *testing.T, stream []byte) told {
	t.Helper()
	s := told{
		conversations: map[int]events.Conversation{}, packets: map[int][]events.Packet{}, sockets: map[int][]events.Socket{},
	}
	last := 0.0
	lines := bufio.NewScanner(bytes.NewReader(stream))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct {
			Type string   `json:"type"`
			T    *float64 `json:"t"`
		}
		decode(t, lines.Bytes(), &line)
		if n := len(s.types); n == 0 || s.types[n-1] != line.Type {
			s.types = append(s.types, line.Type)
		}
		if line.Type == "start" {
			last = 0
		}
		if line.T != nil && *line.T < last {
			t.Errorf("a line at %v ms comes after one at %v ms", *line.T, last)
		} else if line.T != nil {
			last = *line.T
		}
		s.add(t, line.Type, lines.Bytes())
	}
	return s
}

func (s *told) add(t *testing.T, kind string, line []byte) {
	switch kind {
	case "conversation":
		c := decode(t, line, &events.Conversation{})
		s.conversations[c.Conversation] = *c
	case "packet":
		p := decode(t, line, &events.Packet{})
		s.packets[p.Conversation] = append(s.packets[p.Conversation], *p)
	case "socket":
		o := decode(t, line, &events.Socket{})
		s.sockets[o.Conversation] = append(s.sockets[o.Conversation], *o)
	case "message":
		s.messages = append(s.messages, *decode(t, line, &events.Message{}))
	case "queue":
		s.queues = append(s.queues, *decode(t, line, &events.Queue{}))
	case "result":
		s.results = append(s.results, *decode(t, line, &events.Result{}))
	case "report":
		s.report = *decode(t, line, &events.Report{})
	}
}

// decode reads JSON that has no other members than v.
func decode[T any](t *testing.T, line []byte, v *T) *T {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(line))
	if _, partly := any(v).(*struct {
		Type string   `json:"type"`
		T    *float64 `json:"t"`
	}); !partly {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %.200s", err, line)
	}
	return v
}

// measured runs a comparison on the simulated machine, with a stream of events where
// file is not "", and returns its report.
func measured(t *testing.T, file string, args ...string) *result.Report {
	t.Helper()
	args = append([]string{"compare", "--network", "simulated", "--format", "json"}, args...)
	if file != "" {
		args = append(args, "--events", file)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	report := decode(t, out.Bytes(), &result.Report{})
	for _, e := range report.Experiments {
		e.Seconds = 0
	}
	return report
}

// TestEvents: the stream tells the packets, messages, sockets and queues of a run, and
// finds what the report finds.
func TestEvents(t *testing.T) {
	const messages = 30
	file := filepath.Join(t.TempDir(), "events")
	report := measured(t, file, "loss", "--messages", "30", "--loss", "20%", "--rate", "5mbit")
	stream, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := reporttest.CheckEvents(stream); err != nil {
		t.Error(err)
	}
	s := readEvents(t, stream)
	if s.types[0] != "start" || s.types[1] != "conversation" || s.types[len(s.types)-1] != "end" {
		t.Errorf("the stream has %v", s.types)
	}
	alone := report.Experiments[0]
	inStream := decode(t, s.results[0].Result, &result.Result{})
	inStream.Seconds = 0
	if diff := cmp.Diff(alone, inStream); diff != "" {
		t.Errorf("the result in the stream (-report +stream):\n%s", diff)
	}
	if !strings.Contains(s.results[0].HTML, "<table>") || !strings.Contains(s.report.HTML, "<table>") {
		t.Error("the stream has no tables")
	}
	for id, c := range s.conversations {
		if len(s.packets[id]) != c.Packets || c.NotKept != 0 {
			t.Errorf("conversation %d: %d packets, says %d", id, len(s.packets[id]), c.Packets)
		}
		checkConversation(t, c, s.packets[id], s.sockets[id])
		got := 100 * received(s.messages, id) / messages
		if want := alone.Find("delivered").Values[c.Transport].Number; float64(got) != float64(int(want)) {
			t.Errorf("%s: %d %% of the echoes arrived in the stream, %v %% in the report", c.Transport, got, want)
		}
	}
	if len(s.conversations) != 2 {
		t.Errorf("%d conversations", len(s.conversations))
	}
	lengths := map[int]bool{}
	for _, q := range s.queues {
		lengths[q.Packets] = true
	}
	if !lengths[0] || !lengths[2] {
		t.Errorf("queues %v, want some with a packet that waits, and empty ones", s.queues)
	}
}

// received counts the messages whose echo came back.
func received(all []events.Message, conversation int) int {
	back := map[int]bool{}
	for _, m := range all {
		if m.Conversation == conversation && m.From == "server" && m.Event == "received" {
			back[m.Number] = true
		}
	}
	return len(back)
}

// checkConversation holds what is told of a conversation against the path: 10 ms each
// way, and TCP's first window of ten segments (RFC 6928).
func checkConversation(t *testing.T, c events.Conversation, packets []events.Packet, sockets []events.Socket) {
	t.Helper()
	lost := 0
	for _, p := range packets {
		switch {
		case p.Delivered == nil && (p.Fate == "lost" || p.Fate == "overflowed" || p.Fate == "queued"):
			lost++
		case p.Delivered == nil || *p.Delivered < p.Sent+10:
			t.Errorf("%s packet %d of the %s: sent at %v, delivered at %v, %s", c.Transport, p.Number, p.From, p.Sent, p.Delivered, p.Fate)
		}
	}
	if lost == 0 {
		t.Errorf("%s lost no packet of %d", c.Transport, len(packets))
	}
	if c.Transport == "udp" {
		if len(sockets) > 0 {
			t.Errorf("UDP has sockets of TCP: %v", sockets)
		}
		return
	}
	const initialWindow, most, least = 10, 1460, 1400 // segments; bytes of a full one, with options or without
	first := sockets[0]
	if first.Cwnd < initialWindow*least || first.Cwnd > initialWindow*most || first.Ssthresh != 0 {
		t.Errorf("the first window is %d bytes, with a threshold of %d", first.Cwnd, first.Ssthresh)
	}
	for _, s := range sockets {
		if s.RTO < 200 || s.SRTT != nil && *s.SRTT < 20 {
			t.Errorf("RTO %v ms, smoothed RTT %v ms over a path of 20 ms", s.RTO, *s.SRTT)
		}
	}
}

// TestEventsChangeNothing: on the simulated machine, what is found does not depend on
// whether somebody looks.
func TestEventsChangeNothing(t *testing.T) {
	args := []string{"setup", "loss", "--messages", "50"}
	unseen := measured(t, "", args...)
	seen := measured(t, filepath.Join(t.TempDir(), "events"), args...)
	if diff := cmp.Diff(unseen, seen); diff != "" {
		t.Errorf("the report (-unseen +seen):\n%s", diff)
	}
}
