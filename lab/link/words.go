package link

import (
	"strconv"
	"time"
)

// Words are the conditions that are set, by the user's words for them:
// fractions, milliseconds ("delay_ms"), bits per second ("rate"), packets.
// Nothing set gives nil.
func (c Conditions) Words() map[string]any {
	w := map[string]any{}
	number := func(name string, v float64) {
		if v != 0 {
			w[name] = v
		}
	}
	number("loss", c.Loss)
	number("delay_ms", float64(c.Delay)/float64(time.Millisecond))
	number("jitter_ms", float64(c.Jitter)/float64(time.Millisecond))
	number("reorder", c.Reorder)
	number("duplicate", c.Duplicate)
	number("corrupt", c.Corrupt)
	number("rate", c.Rate)
	number("limit", float64(c.Limit))
	if c.Burst.Loss > 0 {
		w["burst"] = formatShare(c.Burst.Loss) + "/" + strconv.FormatFloat(c.Burst.Length, 'g', -1, 64)
	}
	if c.Exact.Of > 0 {
		w["exact"] = strconv.Itoa(c.Exact.Drop) + "/" + strconv.Itoa(c.Exact.Of)
	}
	if len(c.Drop) > 0 {
		w["drop"] = c.Drop
	}
	if len(w) == 0 {
		return nil
	}
	return w
}

func formatShare(p float64) string { return strconv.FormatFloat(100*p, 'g', 6, 64) + "%" }
