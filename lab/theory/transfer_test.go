package theory

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTransmission(t *testing.T) {
	if got := Transmission(1500, 20e6); got != 600*time.Microsecond {
		t.Errorf("1,500 bytes at 20 Mbit/s take %v, want 600µs", got)
	}
	if got := Transmission(1500, 0); got != 0 {
		t.Errorf("without a rate 1,500 bytes take %v", got)
	}
}

// The worked examples: 20 Mbit/s, full packets of 0.6 ms, a round trip of 20 ms.
func TestSlowStart(t *testing.T) {
	const each, rtt = 600 * time.Microsecond, 20 * time.Millisecond
	for _, c := range []struct {
		segments int
		want     time.Duration // idle times: 14.6, 8.6, then none, for 40 segments take longer than a round trip
	}{
		{0, 0},
		{1, 600 * time.Microsecond},
		{10, 6 * time.Millisecond},
		{11, 21200 * time.Microsecond},   // 6.6 + 14.6
		{30, 32600 * time.Microsecond},   // 18 + 14.6
		{31, 41800 * time.Microsecond},   // 18.6 + 14.6 + 8.6
		{70, 65200 * time.Microsecond},   // 42 + 23.2
		{691, 437800 * time.Microsecond}, // 414.6 + 23.2: the link is full
	} {
		if got := SlowStart(c.segments, InitialWindow, each, rtt); got != c.want {
			t.Errorf("%d segments take %v, want %v", c.segments, got, c.want)
		}
	}
}

// simulateSlowStart sends segment by segment: each acknowledgement lets two go.
func simulateSlowStart(segments, initial int, each, rtt time.Duration) time.Duration {
	free := time.Duration(0)           // when the link has sent all before
	var acked []time.Duration          // when segment i is acknowledged
	may := func(i int) time.Duration { // when the window lets segment i go
		if i < initial {
			return 0
		}
		return acked[(i-initial)/2]
	}
	for i := range segments {
		free = max(free, may(i)) + each
		acked = append(acked, free+rtt)
	}
	return free
}

// TestSlowStartIsWhatTheRulesMake: windows and idle times come to the same as
// acknowledgements one by one.
func TestSlowStartIsWhatTheRulesMake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments, initial := rapid.IntRange(1, 3000).Draw(t, "segments"), rapid.IntRange(1, 20).Draw(t, "initial")
		each := time.Duration(rapid.IntRange(1, 20_000).Draw(t, "each")) * time.Microsecond
		rtt := time.Duration(rapid.IntRange(0, 500_000).Draw(t, "rtt")) * time.Microsecond
		got, want := SlowStart(segments, initial, each, rtt), simulateSlowStart(segments, initial, each, rtt)
		if got != want {
			t.Errorf("%d segments of %v, RTT %v, initial window %d: %v, want %v", segments, each, rtt, initial, got, want)
		}
	})
}
