package link

import "time"

// Conditions is what a link does to the packets of one direction. The zero
// value does nothing: every packet arrives at once, in order and whole.
//
// Probabilities are fractions from 0 to 1 and count packets, not messages.
type Conditions struct {
	Loss      float64       `json:"loss,omitempty"`      // chance that a packet is dropped, each for itself
	Burst     Burst         `json:"burst,omitzero"`      // drops that come in bursts (Gilbert-Elliott)
	Exact     Exact         `json:"exact,omitzero"`      // exactly Drop of every Of packets are dropped
	Drop      []int         `json:"drop,omitempty"`      // numbers of the packets to drop, the first being 1
	Delay     time.Duration `json:"delay,omitempty"`     // one way
	Jitter    time.Duration `json:"jitter,omitempty"`    // delay varies by up to this much, either way, uniformly; never below 0
	Reorder   float64       `json:"reorder,omitempty"`   // chance that a packet skips the delay and overtakes
	Duplicate float64       `json:"duplicate,omitempty"` // chance that a packet arrives twice
	Corrupt   float64       `json:"corrupt,omitempty"`   // chance that one bit of a packet flips
	Rate      float64       `json:"rate,omitempty"`      // bits per second; 0 is unlimited
	Limit     int           `json:"limit,omitempty"`     // packets that may wait for the rate; 0 stands for DefaultLimit
}

// Burst is the loss model of Gilbert and Elliott in its two-parameter form:
// in the good state nothing is lost, in the bad state everything is.
type Burst struct {
	Loss   float64 `json:"loss,omitempty"`   // share of packets lost in the long run
	Length float64 `json:"length,omitempty"` // packets lost in a row on average, at least 1
}

// Exact is loss without luck: of every Of packets in a row, exactly Drop are
// dropped, which ones the seed decides. Both transports so suffer one rate.
type Exact struct {
	Drop int `json:"drop,omitempty"`
	Of   int `json:"of,omitempty"`
}

// DropChance is the share of packets, in the long run, that chance keeps from
// arriving whole: what a full queue or a script drops is not among them.
func (c Conditions) DropChance() float64 {
	keep := (1 - c.Loss) * (1 - c.Burst.Loss) * (1 - c.Corrupt)
	if c.Exact.Of > 0 {
		keep *= 1 - float64(c.Exact.Drop)/float64(c.Exact.Of)
	}
	return 1 - keep
}
