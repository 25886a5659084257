package link

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// word is a condition as users know it: the name of its flag, its key in a
// file, and how its value is written. To add a condition, give Conditions a
// field, laws a source of chance, and this table a line.
type word struct {
	name  string
	set   func(c *Conditions, text string) error
	text  func(c Conditions) string // "" if the condition is not set
	value func(c Conditions) any
	take  func(c *Conditions, from Conditions)
}

// words are all conditions, in the order in which people are told of them.
var words = []word{
	wordOf("loss", func(c *Conditions) *float64 { return &c.Loss }, ParsePercent, formatShare),
	wordOf("burst", func(c *Conditions) *Burst { return &c.Burst }, ParseBurst, Burst.String),
	wordOf("exact", func(c *Conditions) *Exact { return &c.Exact }, ParseExact, Exact.String),
	wordOf("drop", func(c *Conditions) *[]int { return &c.Drop }, parseNumbers, formatNumbers),
	wordOf("delay", func(c *Conditions) *time.Duration { return &c.Delay }, ParseDelay, formatDelay),
	wordOf("jitter", func(c *Conditions) *time.Duration { return &c.Jitter }, ParseDelay, formatDelay),
	wordOf("reorder", func(c *Conditions) *float64 { return &c.Reorder }, ParsePercent, formatShare),
	wordOf("duplicate", func(c *Conditions) *float64 { return &c.Duplicate }, ParsePercent, formatShare),
	wordOf("corrupt", func(c *Conditions) *float64 { return &c.Corrupt }, ParsePercent, formatShare),
	wordOf("rate", func(c *Conditions) *float64 { return &c.Rate }, ParseRate, formatRate),
	wordOf("limit", func(c *Conditions) *int { return &c.Limit }, ParseLimit, formatLimit),
}

func wordOf[T any](name string, field func(*Conditions) *T, parse func(string) (T, error), format func(T) string) word {
	return word{
		name: name,
		set: func(c *Conditions, text string) error {
			v, err := parse(text)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			*field(c) = v
			return nil
		},
		text:  func(c Conditions) string { return format(*field(&c)) },
		value: func(c Conditions) any { return *field(&c) },
		take:  func(c *Conditions, from Conditions) { *field(c) = *field(&from) },
	}
}

// String are the conditions that are set, as a user would write them: "loss
// 10%, delay 10ms". Nothing set gives "none".
func (c Conditions) String() string {
	var parts []string
	for _, w := range words {
		if text := w.text(c); text != "" {
			parts = append(parts, w.name+" "+text)
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
	for _, w := range words {
		if w.name == name {
			return w.text(c)
		}
	}
	return ""
}

// Words are the conditions that are set, as the JSON report has them:
// fractions, milliseconds ("delay_ms"), bits per second ("rate"), packets, and
// "burst" and "exact" as a user writes them. Nothing set gives nil.
func (c Conditions) Words() map[string]any {
	all := map[string]any{}
	for _, w := range words {
		if w.text(c) == "" {
			continue
		}
		switch v := w.value(c).(type) {
		case time.Duration:
			all[w.name+"_ms"] = float64(v) / float64(time.Millisecond)
		case int:
			all[w.name] = float64(v)
		case fmt.Stringer:
			all[w.name] = v.String()
		default:
			all[w.name] = v
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// String is the burst as a user writes it: "5%/4". No burst gives "".
func (b Burst) String() string {
	if b.Loss == 0 {
		return ""
	}
	return formatShare(b.Loss) + "/" + strconv.FormatFloat(b.Length, 'g', -1, 64)
}

// String is the count as a user writes it: "3/10". No count gives "".
func (e Exact) String() string {
	if e.Of == 0 {
		return ""
	}
	return strconv.Itoa(e.Drop) + "/" + strconv.Itoa(e.Of)
}

func formatShare(p float64) string {
	if p == 0 {
		return ""
	}
	return strconv.FormatFloat(100*p, 'g', 6, 64) + "%"
}

func formatDelay(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func formatRate(bitsPerSecond float64) string {
	for _, unit := range units {
		if bitsPerSecond >= unit.bits {
			return strconv.FormatFloat(bitsPerSecond/unit.bits, 'g', -1, 64) + unit.name
		}
	}
	return ""
}

func formatLimit(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func formatNumbers(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}
