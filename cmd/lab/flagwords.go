package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// asFlags writes conditions as the flags that would ask for them. Where the
// two directions differ, each stands behind its end.
func asFlags(o wire.Options) string {
	client, server := flagsOf(o.Client, "client"), flagsOf(o.Server, "server")
	if client == server || server == "" {
		return client
	}
	return strings.TrimSpace("client " + client + ", server " + server)
}

func flagsOf(c link.Conditions, end string) string {
	var flags []string
	for _, f := range []struct {
		name string
		set  bool
		text string
	}{
		{"loss", c.Loss > 0, percent(c.Loss)},
		{"burst", c.Burst.Loss > 0, fmt.Sprintf("%s/%v", percent(c.Burst.Loss), c.Burst.Length)},
		{"exact", c.Exact.Of > 0, fmt.Sprintf("%d/%d", c.Exact.Drop, c.Exact.Of)},
		{"drop", len(c.Drop) > 0, drops(c.Drop, end)},
		{"delay", c.Delay > 0, time.Duration.String(c.Delay)},
		{"jitter", c.Jitter > 0, time.Duration.String(c.Jitter)},
		{"reorder", c.Reorder > 0, percent(c.Reorder)},
		{"duplicate", c.Duplicate > 0, percent(c.Duplicate)},
		{"corrupt", c.Corrupt > 0, percent(c.Corrupt)},
		{"rate", c.Rate > 0, strconv.FormatFloat(c.Rate/1e6, 'g', -1, 64) + "mbit"},
		{"limit", c.Limit > 0, strconv.Itoa(c.Limit)},
	} {
		if f.set {
			flags = append(flags, "--"+f.name+" "+f.text)
		}
	}
	return strings.Join(flags, " ")
}

func percent(p float64) string { return strconv.FormatFloat(100*p, 'g', 6, 64) + "%" }

func drops(numbers []int, end string) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = end + ":" + strconv.Itoa(n)
	}
	return strings.Join(parts, ",")
}
