package packet

import (
	"strconv"
	"strings"
	"time"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Describe says what the lab's wire did to a packet; nothing if it only carried it.
// Of the event, all but the packet's bytes counts. The conditions are those
// that the wire was made with.
func Describe(e wire.Event, o wire.Options) text.Message {
	why := because(e, o)
	switch {
	case e.Fate == link.Lost:
		return text.Sayf("dropped by the lab: %s", why)
	case e.Fate == link.Overflowed:
		return text.Sayf("dropped by the lab: the queue is full (%s)", why)
	case e.Fate == link.Corrupted:
		return text.Sayf("one bit flipped by the lab: %s", why)
	case e.Copy:
		return text.Sayf("copy made by the lab: %s", why)
	case e.Cause == "corrupt":
		return text.Sayf("the lab flips one bit of it: %s", why)
	case e.Cause == "reorder":
		return text.Sayf("the lab lets it skip the delay: %s", why)
	}
	return text.Message{}
}

// because names a condition as its user wrote it: "loss 10%", "drop client:3".
func because(e wire.Event, o wire.Options) string {
	value := o.Of(e.From).Of(string(e.Cause))
	switch {
	case e.Cause == "drop":
		value = e.From.String() + ":" + strconv.Itoa(e.Number)
	case e.Cause == "limit" && value == "":
		value = strconv.Itoa(link.DefaultLimit)
	}
	return strings.TrimSpace(string(e.Cause) + " " + value)
}

// event is what the wire told of a packet in the end.
func (p Packet) event() wire.Event {
	return wire.Event{Time: p.Time, From: p.From, Number: p.Number, Copy: p.Copy, Fate: p.Fate, Cause: p.Cause}
}

// RoundDuration is a duration with about three digits: "40.2ms", "1.02s".
func RoundDuration(d time.Duration) string {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit).String()
}

// Milliseconds writes a time as the traces do: in ms, with one digit after the
// point.
func Milliseconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64)
}

// Overtaken counts, for every packet, those of its own side that were offered
// after it and handed over before it. Copies count for nothing.
func Overtaken(packets []Packet) []int {
	by := make([]int, len(packets))
	for i, p := range packets {
		if p.Delivered == 0 || p.Copy {
			continue
		}
		for _, q := range packets[i+1:] {
			if q.Time > p.Delivered {
				break
			}
			if q.From == p.From && !q.Copy && q.Delivered > 0 && q.Delivered < p.Delivered {
				by[i]++
			}
		}
	}
	return by
}
