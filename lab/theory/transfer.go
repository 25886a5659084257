package theory

import "time"

// InitialWindow is how many segments a TCP may send before the first
// acknowledgement (RFC 6928 section 2).
const InitialWindow = 10

// Transmission is how long a link of rate bits per second takes to send so many
// bytes; a rate of 0 is no bound.
func Transmission(bytes int, rate float64) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(bytes*8) / rate * float64(time.Second))
}

// SlowStart is how long a sender in slow start takes to put so many segments on
// a link that it has for itself, from the first bit to the last. The link sends
// a segment in each; an acknowledgement is back rtt after its segment has left.
// The window begins with initial segments, at least 1, and doubles every round
// trip, for each acknowledged segment lets two go (RFC 5681 section 3.1). While
// a window is shorter than the round trip, the link stands idle for the rest of
// it: each + rtt - window*each (Heidemann, Obraczka, Touch 1997, "Modeling the
// Performance of HTTP Over Several Transport Protocols", section 3; Kurose and
// Ross teach it as the latency of a static object). It holds while nothing is
// lost and every segment is acknowledged at once.
func SlowStart(segments, initial int, each, rtt time.Duration) time.Duration {
	took := time.Duration(segments) * each
	for window := initial; segments > window; window *= 2 {
		segments -= window
		took += max(0, each+rtt-time.Duration(window)*each)
	}
	return took
}
