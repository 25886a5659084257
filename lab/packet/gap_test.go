package packet

import "testing"

// TestNamesGap: a block behind a gap is one, a block that came twice is none
// (the cases of RFC 2883 section 4).
func TestNamesGap(t *testing.T) {
	for name, c := range map[string]struct {
		ack  uint32
		sack [][2]uint32
		want bool
	}{
		"no block":                             {1000, nil, false},
		"a block behind a gap":                 {1000, [][2]uint32{{1500, 2000}}, true},
		"two":                                  {1000, [][2]uint32{{2500, 3000}, {1500, 2000}}, true},
		"a duplicate of what is acknowledged":  {4000, [][2]uint32{{3000, 3500}}, false},
		"its last byte is the next to come":    {4000, [][2]uint32{{3500, 4000}}, false},
		"a duplicate, and a gap besides":       {4000, [][2]uint32{{3000, 3500}, {4500, 5000}}, true},
		"a duplicate of what is behind a gap":  {4000, [][2]uint32{{5000, 5500}, {4500, 6000}}, true},
		"a duplicate, partly acknowledged":     {4000, [][2]uint32{{3900, 4100}}, false},
		"numbers begin again, a gap":           {0xfffffff0, [][2]uint32{{0x10, 0x20}}, true},
		"numbers begin again, no gap":          {0x10, [][2]uint32{{0xfffffff0, 0xfffffff8}}, false},
		"two gaps, the first not in the other": {1000, [][2]uint32{{1500, 2500}, {2000, 2400}}, true},
	} {
		p := Packet{TCP: &Segment{Ack: c.ack, Options: Options{SACK: c.sack}}}
		if got := p.NamesGap(); got != c.want {
			t.Errorf("%s: names a gap: %v, want %v", name, got, c.want)
		}
	}
	if (Packet{UDP: &Datagram{}}).NamesGap() {
		t.Error("a datagram names a gap")
	}
}

// TestDuplicatesAreNoGaps: what is left of the blocks without a D-SACK.
func TestDuplicatesAreNoGaps(t *testing.T) {
	s := &Segment{Ack: 4000, Options: Options{SACK: [][2]uint32{{5000, 5500}, {4500, 6000}}}}
	if got := s.behindGaps(); len(got) != 1 || got[0] != [2]uint32{4500, 6000} {
		t.Errorf("behind gaps are %v, want the second block", got)
	}
}
