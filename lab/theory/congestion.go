package theory

import (
	"math"
	"time"
)

// MathisEverySegment is the constant of Mathis et al. where the receiver
// acknowledges every segment.
var MathisEverySegment = math.Sqrt(3.0 / 2) // 1.2247

// Mathis is the greatest rate, in bits per second, of a Reno-like TCP with
// segments of mss bytes over a path that takes rtt and loses packets with
// chance p: mss/rtt * c/sqrt(p) (Mathis, Semke, Mahdavi, Ott, "The Macroscopic
// Behavior of the TCP Congestion Avoidance Algorithm", 1997). It leaves out
// timeouts, so it holds for p up to about 1 %, and it says nothing about
// controls that do not answer loss, such as BBR.
func Mathis(mss int, rtt time.Duration, p, c float64) float64 {
	return float64(mss) * 8 / rtt.Seconds() * c / math.Sqrt(p)
}

// PFTK is the rate, in bits per second, of a Reno-like TCP when timeouts
// count too (Padhye, Firoiu, Towsley, Kurose, 1998; the throughput equation of
// RFC 5348 section 3.1). b is the number of segments that one acknowledgement
// answers, rto the retransmission timeout. Above 2 % loss it is closer to
// the truth than Mathis.
func PFTK(mss int, rtt, rto time.Duration, p float64, b int) float64 {
	r, t, n := rtt.Seconds(), rto.Seconds(), float64(b)
	fast := r * math.Sqrt(2*n*p/3)
	slow := t * 3 * math.Sqrt(3*n*p/8) * p * (1 + 32*p*p)
	return float64(mss) * 8 / (fast + slow)
}

// WindowLimit is the greatest rate, in bits per second, of a sender that may
// have window bytes on a path of rtt: one window a round trip.
func WindowLimit(window int, rtt time.Duration) float64 {
	return float64(window) * 8 / rtt.Seconds()
}

// Jain is the fairness index of the shares xs: 1 when all are equal, 1/n when
// one takes everything (Jain, Chiu, Hawe, 1984). No shares at all give 0.
func Jain(xs ...float64) float64 {
	var sum, squares float64
	for _, x := range xs {
		sum += x
		squares += x * x
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / (float64(len(xs)) * squares)
}
