package flow

import (
	"math"
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// TestWindowFacts reads windows, rates and round trips from packets made by hand.
func TestWindowFacts(t *testing.T) {
	data := func(at, took time.Duration, seq uint32, bytes int) packet.Packet {
		return packet.Packet{From: wire.Client, Time: at, Delivered: at + took, Fate: link.Delivered, Payload: bytes, TCP: &packet.Segment{RelativeSeq: seq}}
	}
	ack := func(at, took time.Duration, ack uint32, window int) packet.Packet {
		return packet.Packet{From: wire.Server, Time: at, Delivered: at + took, Fate: link.Delivered, TCP: &packet.Segment{RelativeAck: ack, ScaledWindow: window}}
	}
	packets := []packet.Packet{
		ack(0, probetest.Tick, 1, 90000), // before the start
		data(20*probetest.Tick, 10*probetest.Tick, 1, 1000),
		data(21*probetest.Tick, 10*probetest.Tick, 1001, 1000),
		ack(31*probetest.Tick, 10*probetest.Tick, 2001, 5000), // for both: after 21 and 20 ms
		data(50*probetest.Tick, 10*probetest.Tick, 2001, 1000),
		ack(72*probetest.Tick, 10*probetest.Tick, 3001, 3000), // after 32 ms
		data(500*probetest.Tick, 10*probetest.Tick, 3001, 3000),
		data(510*probetest.Tick, 10*probetest.Tick, 6001, 3000), // the best interval: 6000 bytes
	}
	again := data(511*probetest.Tick, probetest.Tick, 3001, 3000)
	again.Retransmission = true
	packets = append(packets, again)
	if got := widestWindow(packets, 10*probetest.Tick); got != 5000 {
		t.Errorf("the widest window is %d, want 5000", got)
	}
	told := []packet.Packet{
		ack(0, probetest.Tick, 1, 2000),
		data(20*probetest.Tick, 10*probetest.Tick, 1, 1000),
		ack(40*probetest.Tick, 10*probetest.Tick, 1001, 2000),
		data(45*probetest.Tick, 10*probetest.Tick, 1001, 900), // before that was heard
		data(60*probetest.Tick, 10*probetest.Tick, 1901, 100),
	}
	if got := leastRoom(told); got != 100 {
		t.Errorf("the least room was %d, want 100", got)
	}
	if got := seenTrip(packets, 10*probetest.Tick, time.Hour); got != 21*probetest.Tick {
		t.Errorf("a round trip took %v, want the median of 20, 21 and 32 ms", got)
	}
	if got := seenTrip(nil, 0, time.Hour); got != time.Hour {
		t.Errorf("without packets a round trip took %v, want what was given", got)
	}
	if got, want := bestRate(packets, 10*probetest.Tick), 6000*8/(windowTrips*2*windowDelay).Seconds(); math.Abs(got-want) > 1 {
		t.Errorf("the best rate is %v bit/s, want %v", got, want)
	}
}
