package throughput

import (
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Bytes of packets at full length, and of those without data.
const (
	udpHeaders   = theory.IPv4Header + theory.UDPHeader
	fullDatagram = testbed.DefaultMTU - udpHeaders
	ackSize      = probe.TCPHeaders
	synSize      = theory.IPv4Header + 2*theory.TCPHeader // with MSS, SACK, timestamps, scale (RFC 9293 3.1, RFC 7323)
)

// paceShare is the part of the link's rate at which a transport sends that does not
// find out itself what the link carries.
const paceShare = 0.98

// fullPayload is how many bytes of data a full packet carries.
func fullPayload(t testbed.Transport) int {
	return probe.Either(t.Stream, probe.SegmentSize, fullDatagram)
}

// packetsOf is how many packets the data takes.
func packetsOf(t testbed.Transport, bytes int) int {
	return (bytes + fullPayload(t) - 1) / fullPayload(t)
}

// paced spaces the datagrams of a transport that never waits; nil lets others
// go as they can. Half of the queue is room for those that are late.
func paced(t testbed.Transport, b *testbed.Bench) *probe.Pacer {
	if t.Reliable {
		return nil
	}
	return &probe.Pacer{Every: spacing(b.Conditions.Client), Burst: probe.QueueLimit(b.Conditions.Client) / 2}
}

// spacing is the time from one full packet to the next at the paced rate.
func spacing(c link.Conditions) time.Duration {
	return theory.Transmission(testbed.DefaultMTU, paceShare*c.Rate)
}

// calm reports whether no packet is lost or overtaken by chance.
func calm(c wire.Options) bool {
	still := func(l link.Conditions) bool { return l.DropChance() == 0 && l.Jitter == 0 }
	return still(c.Client) && still(c.Server)
}

// filled is how many full packets the link holds at its rate: the
// bandwidth-delay product.
func filled(c wire.Options) float64 {
	return c.Client.Rate * probe.RoundTrip(c).Seconds() / (8 * testbed.DefaultMTU)
}

// fills reports whether theory says that TCP fills the link and keeps it full: it runs
// smoothly, and the queue holds a bandwidth-delay product, so that a window cut in half
// is still enough (Villamizar, Song 1994).
func fills(c wire.Options) bool { return smooth(c) && !short(c) }

// short reports whether the queue holds less than a bandwidth-delay product.
func short(c wire.Options) bool { return float64(probe.QueueLimit(c.Client)) < filled(c)-1 }

// smooth reports whether nothing but a full queue holds TCP up: nothing is lost by
// chance, the queue holds an initial window at least, acknowledgements find room on the
// way back, and they come before the sender's timeout, which strikes in vain where the
// next packet is far, or the queue much longer than anything that the timer has seen.
func smooth(c wire.Options) bool {
	queue, back := probe.QueueLimit(c.Client), c.Server.Rate
	each := theory.Transmission(testbed.DefaultMTU, c.Client.Rate)
	const longer = 4 // times
	return calm(c) && queue >= theory.InitialWindow &&
		(back == 0 || back >= c.Client.Rate*ackSize/testbed.DefaultMTU) &&
		each < probe.LeastRTO && time.Duration(queue)*each <= longer*max(probe.LeastRTO, probe.RoundTrip(c))
}

// payloadRate is what headers leave of the link's rate, in bits per second.
func payloadRate(t testbed.Transport, c link.Conditions) float64 {
	return c.Rate * float64(fullPayload(t)) / testbed.DefaultMTU
}

// nearRate is how far, as a share, a rate may lie below theory's: a window that
// was cut, and a machine that is late, leave the link idle for moments.
const nearRate = 0.05

// expectGoodput says how fast data gets through in the steady state. More than
// the link carries, but for one packet at the edge, it cannot be. On a short queue TCP
// fills the link, too, but a full queue sets it back so far that it takes long.
func expectGoodput(cell result.Cell, t testbed.Transport, c wire.Options, packets int) result.Cell {
	want, edge := payloadRate(t, c.Client)/1e6, 1+1/float64(max(packets, 1))
	switch {
	case t.Reliable && smooth(c):
		return cell.Expect(want, (1-nearRate)*want, edge*want)
	case !t.Reliable && c.Client.Burst.Loss == 0 && packets > 0:
		p := c.Client.DropChance()
		low, high := theory.Interval(packets, 1-p, probe.Confidence)
		all := paceShare * want / float64(packets)
		return cell.Expect(paceShare*want*(1-p), (1-nearRate)*all*float64(low),
			min(edge*want, (1+nearRate)*all*float64(high)))
	}
	return cell
}

// expectShare says what part of the link's bytes is data: all packets of a flow
// in bulk are full, unless TCP sends again what a chance did not drop. Where the
// queue dropped meanwhile, some of what was sent again was so in vain.
func expectShare(cell result.Cell, t testbed.Transport, c wire.Options, dropped bool) result.Cell {
	if t.Reliable && !fills(c) {
		return cell
	}
	const near = 0.1 // %: one packet in a thousand may be short, or come twice
	share := theory.Efficiency(fullPayload(t), 1, testbed.DefaultMTU-fullPayload(t))
	low := share - near
	if dropped {
		low -= share * probe.ResentShare
	}
	return cell.Expect(share, low, share+near)
}

// expectLost says what part of the data the receiver does not get.
func expectLost(cell result.Cell, t testbed.Transport, c wire.Options, packets int) result.Cell {
	p := c.Client.DropChance()
	switch {
	case t.Reliable || p == 0:
		return cell.ExpectExactly(0)
	case c.Client.Burst.Loss == 0 && packets > 0:
		low, high := theory.Interval(packets, p, probe.Confidence)
		return cell.Expect(100*p, probe.Percent(low, packets), probe.Percent(high, packets))
	}
	return cell
}

// transferTime is how long, in theory, a transfer takes from dialing until the
// receiver has its last byte, while nothing is lost.
func transferTime(t testbed.Transport, c wire.Options, bytes int) time.Duration {
	return transferIn(t, c, bytes, fullPayload(t))
}

// transferIn is transferTime in packets of payload bytes of data.
func transferIn(t testbed.Transport, c wire.Options, bytes, payload int) time.Duration {
	packets, rate := (bytes+payload-1)/payload, c.Client.Rate
	last := bytes - (packets-1)*payload + testbed.DefaultMTU - fullPayload(t)
	if !t.Reliable {
		return time.Duration(packets-1)*spacing(c.Client) + theory.Transmission(last, rate) + c.Client.Delay
	}
	full := theory.Transmission(payload+testbed.DefaultMTU-fullPayload(t), rate)
	short := full - theory.Transmission(last, rate)
	handshake := probe.RoundTrip(c) + theory.Transmission(synSize, rate) + theory.Transmission(synSize, c.Server.Rate)
	acknowledged := probe.RoundTrip(c) + theory.Transmission(ackSize, c.Server.Rate)
	return handshake + theory.SlowStart(packets, theory.InitialWindow, full, acknowledged) - short + c.Client.Delay
}

// leastSegment is the data of a full segment where a system keeps room for all
// options that TCP can have (RFC 9293 section 3.1), as gVisor does. What is one
// window with the longer ones may be two.
const leastSegment = testbed.DefaultMTU - theory.IPv4Header - theory.TCPHeader - 40

// expectTransfer says how long a transfer takes. Nothing makes it much shorter;
// the hosts and their timers need a moment, too, which on short paths is no
// small share. Where slow start ends because the queue overflows, the window is
// cut in half, and what still fills half of the link takes up to twice as long.
func expectTransfer(cell result.Cell, t testbed.Transport, c wire.Options, bytes int) result.Cell {
	want := transferTime(t, c, bytes)
	undisturbed := fills(c) || smooth(c) && !overflows(c, (bytes+leastSegment-1)/leastSegment)
	if !calm(c) || want < probe.LongEnough || t.Reliable && !undisturbed {
		return cell
	}
	longest := want
	if t.Reliable {
		longest = transferIn(t, c, bytes, leastSegment)
	}
	if t.Reliable && overflows(c, packetsOf(t, bytes)) {
		longest += theory.Transmission(packetsOf(t, bytes)*testbed.DefaultMTU, c.Client.Rate)
	}
	const shorter = 0.03 // of it: what the model leaves out
	return cell.Expect(probe.Milliseconds(want), (1-shorter)*probe.Milliseconds(want),
		(1+probe.NearRTT)*probe.Milliseconds(longest))
}

// overflows reports whether slow start, if nothing else ended it, would fill the
// queue before it has sent all segments: each acknowledgement lets two go, so that half
// of them, and half of the first window, are under way at the end. On a short queue it
// need not have filled the path: the two leave at twice the link's rate, so that half
// of a window waits before its last segment is sent.
func overflows(c wire.Options, segments int) bool {
	underWay, queue := float64(segments+theory.InitialWindow)/2, float64(probe.QueueLimit(c.Client))
	return underWay > filled(c)+queue || short(c) && underWay/2 > queue
}
