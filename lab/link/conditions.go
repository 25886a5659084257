package link

import (
	"fmt"
	"strings"
	"time"
)

// Conditions is what a link does to the packets of one direction. The zero
// value does nothing: every packet arrives at once, in order and whole.
//
// Probabilities are fractions from 0 to 1 and count packets, not messages.
type Conditions struct {
	Loss      float64       // chance that a packet is dropped, each for itself
	Burst     Burst         // drops that come in bursts (Gilbert-Elliott)
	Exact     Exact         // exactly Drop of every Of packets are dropped
	Drop      []int         // numbers of the packets to drop, the first being 1
	Delay     time.Duration // one way
	Jitter    time.Duration // delay varies by up to this much, either way, uniformly; never below 0
	Reorder   float64       // chance that a packet skips the delay and overtakes
	Duplicate float64       // chance that a packet arrives twice
	Corrupt   float64       // chance that one bit of a packet flips
	Rate      float64       // bits per second; 0 is unlimited
	Limit     int           // packets that may wait for the rate; 0 stands for DefaultLimit
}

// table has all conditions, in the order in which users are told of them. To
// add a condition, give it a file like loss.go, Conditions a field, and this
// table its row.
var table = []Condition{
	loss, burst, exact, drop, delay, jitter, reorder, duplicate, corrupt, rate, limit,
}

// All are all conditions, in the order in which users are told of them.
func All() []Condition { return append([]Condition(nil), table...) }

// Names are the names of all conditions.
func Names() []string {
	names := make([]string, len(table))
	for i, row := range table {
		names[i] = row.Name
	}
	return names
}

// Named is the condition of that name.
func Named(name string) (Condition, error) {
	for _, row := range table {
		if row.Name == name {
			return row, nil
		}
	}
	return Condition{}, fmt.Errorf("%q is not a condition: they are %s", name, strings.Join(Names(), ", "))
}

// String are the conditions that are set, as a user would write them: "loss
// 10%, delay 10ms". Nothing set gives "none".
func (c Conditions) String() string {
	var parts []string
	for _, row := range table {
		if row.IsSet(c) {
			parts = append(parts, row.Name+" "+row.format(c))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// Of is one condition as a user would write it: Of("loss") is "10%". One that
// is not set, or that does not exist, gives "".
func (c Conditions) Of(name string) string {
	for _, row := range table {
		if row.Name == name {
			return row.format(c)
		}
	}
	return ""
}

// Words are the conditions that are set, as the JSON report has them:
// fractions, milliseconds ("delay_ms"), bits per second ("rate"), packets, and
// "burst" and "exact" as a user writes them. Nothing set gives nil.
func (c Conditions) Words() map[string]any {
	var all map[string]any
	for _, row := range table {
		if !row.IsSet(c) {
			continue
		}
		if all == nil {
			all = map[string]any{}
		}
		all[row.Key] = row.reported(c)
	}
	return all
}

// Validate names the first condition that makes no sense.
func (c Conditions) Validate() error {
	for _, row := range table {
		if err := row.check(c); err != nil {
			return fmt.Errorf("%s %w", row.Name, err)
		}
	}
	for _, row := range table {
		if row.IsSet(c) && row.Lacks(c) {
			return fmt.Errorf("%s without %s: %s", row.Name, row.Needs.Name, row.Needs.Why)
		}
	}
	return nil
}

// DropChance is the share of packets, in the long run, that chance keeps from
// arriving whole: what a full queue or a script drops is not among them.
func (c Conditions) DropChance() float64 {
	keep := 1.0
	for _, row := range table {
		if row.spoils != nil {
			keep *= 1 - row.spoils(c)
		}
	}
	return 1 - keep
}
