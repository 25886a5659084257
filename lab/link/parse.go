package link

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParsePercent reads a share: "10%" or "0.1". A bare 1 may mean either, and the
// difference is everything: it asks.
func ParsePercent(s string) (float64, error) {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(s), "%")
	p, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case isPercent:
		p /= 100
	case err == nil && p == 1:
		return 0, fmt.Errorf("%q is %w", s, errOneOfWhat)
	}
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%q is not a share: write 10%% or 0.1", s)
	}
	return p, nil
}

// errOneOfWhat asks what a bare 1 means.
var errOneOfWhat = errors.New("1% or 100%? write 1% or 100%")

// units are those of rates, as netem knows them. "bit" is last because all end in it.
var units = []struct {
	name string
	bits float64
}{{"gbit", 1e9}, {"mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}}

// ParseRate reads bits per second: "10mbit", "1.5gbit", "500kbit", "9600bit".
func ParseRate(s string) (float64, error) {
	lower := strings.ToLower(strings.TrimSpace(s))
	for _, unit := range units {
		number, ok := strings.CutSuffix(lower, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if rate := n * unit.bits; err == nil && rate >= MinRate && rate <= MaxRate {
			return rate, nil
		}
		break
	}
	return 0, fmt.Errorf("%q is not a rate from %s to %s: write 10mbit, 500kbit or 1gbit", s, formatRate(MinRate), formatRate(MaxRate))
}

// ParseDelay reads a time from 0 to MaxDelay: "10ms", "1.5s".
func ParseDelay(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err != nil || d < 0 || d > MaxDelay {
		return 0, fmt.Errorf("%q is not a time from 0 to %v: write 10ms or 1.5s", s, MaxDelay)
	}
	return d, nil
}

// ParseBurst reads a share and a mean length: "5%/4" loses 5 % of all packets,
// four in a row on average.
func ParseBurst(s string) (Burst, error) {
	share, length, ok := strings.Cut(s, "/")
	p, err := ParsePercent(share)
	n, lengthErr := strconv.ParseFloat(strings.TrimSpace(length), 64)
	if ok && errors.Is(err, errOneOfWhat) {
		return Burst{}, err
	}
	if !ok || err != nil || lengthErr != nil || !(n >= 1 && n <= MaxLimit) {
		return Burst{}, fmt.Errorf("%q is not a burst: write 5%%/4 for 5 %% loss, 4 packets in a row on average", s)
	}
	if p == 0 {
		return Burst{}, nil
	}
	b := Burst{Loss: p, Length: n}
	return b, b.validate()
}

// ParseExact reads "3/10": exactly 3 of every 10 packets are dropped.
func ParseExact(s string) (Exact, error) {
	drop, of, ok := strings.Cut(s, "/")
	k, err1 := strconv.Atoi(strings.TrimSpace(drop))
	n, err2 := strconv.Atoi(strings.TrimSpace(of))
	if !ok || err1 != nil || err2 != nil || k < 0 || n < 1 || k > n || n > MaxLimit {
		return Exact{}, fmt.Errorf("%q is not an exact loss: write 3/10 for 3 of every 10 packets", s)
	}
	return Exact{Drop: k, Of: n}, nil
}

// ParseDrops reads packet numbers by the end that sends them:
// "client:3,server:1" are the client's third packet and the server's first.
// They come back sorted, each once.
func ParseDrops(s string) (client, server []int, err error) {
	for part := range strings.SplitSeq(s, ",") {
		side, number, _ := strings.Cut(strings.TrimSpace(part), ":")
		n, convErr := strconv.Atoi(number)
		if convErr != nil || n < 1 || side != "client" && side != "server" {
			return nil, nil, fmt.Errorf("%q is not a packet to drop: write client:3 or server:1", part)
		}
		if side == "client" {
			client = append(client, n)
		} else {
			server = append(server, n)
		}
	}
	return once(client), once(server), nil
}

// parseNumbers reads the packet numbers of one end: "3,7".
func parseNumbers(s string) ([]int, error) {
	var numbers []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not the number of a packet: they count from 1", part)
		}
		numbers = append(numbers, n)
	}
	return once(numbers), nil
}

func once(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// ParseLimit reads a number of packets.
func ParseLimit(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > MaxLimit {
		return 0, fmt.Errorf("%q is not a number of packets from 1 to %d", s, MaxLimit)
	}
	return n, nil
}
