package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/goleak"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/result"
	"echolab/lab/wire"
)

// experiment finds one by its id.
func experiment(t *testing.T, id string) experiments.Experiment {
	t.Helper()
	list, err := find([]string{id})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// setting is a flag of a condition: "loss", "10%".
type setting struct{ name, text string }

// asked are the conditions of such a command line.
func asked(t *testing.T, settings ...setting) *conditions {
	t.Helper()
	c := &conditions{}
	for _, s := range settings {
		if err := c.ask(s.name, s.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.settle(); err != nil {
		t.Fatal(err)
	}
	return c
}

// plainly writes conditions as their flags do: those of both directions, or
// each behind its end.
func plainly(o wire.Options) string {
	client, server := o.Client.String(), o.Server.String()
	if client == server {
		return client
	}
	return "client: " + client + "; server: " + server
}

func TestConditionsOver(t *testing.T) {
	for _, tc := range []struct {
		name       string
		experiment string
		asked      []setting
		want       string
	}{
		{"nothing asked", "loss", nil, "loss 10%, delay 10ms"},
		{"the same condition", "loss", []setting{{"loss", "20%"}}, "loss 20%, delay 10ms"},
		{"taken away", "loss", []setting{{"loss", "0"}, {"delay", "0s"}}, "none"},
		{"the last word counts", "loss", []setting{{"loss", "20%"}, {"loss", "5%"}}, "loss 5%, delay 10ms"},
		{"one loss for another", "loss", []setting{{"burst", "5%/4"}}, "burst 5%/4, delay 10ms"},
		{"each direction its own", "loss", []setting{{"drop", "client:3,server:1"}},
			"client: drop 3, delay 10ms; server: drop 1, delay 10ms"},
		{"what cannot act", "close", []setting{{"loss", "20%"}}, "delay 5ms"},
		{"a limit without a rate", "loss", []setting{{"limit", "5"}}, "loss 10%, delay 10ms"},
		{"a limit with a rate", "loss", []setting{{"limit", "5"}, {"rate", "1mbit"}},
			"loss 10%, delay 10ms, rate 1mbit, limit 5"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := experiment(t, tc.experiment).Under(asked(t, tc.asked...).wanted)
			if got := plainly(o); err != nil || got != tc.want {
				t.Errorf("%s under %v: %s, %v; want %s", tc.experiment, tc.asked, got, err, tc.want)
			}
		})
	}
}

// TestConditionsEverywhere asks for each condition in a run of everything: it
// acts wherever it can, and nothing is refused.
func TestConditionsEverywhere(t *testing.T) {
	for _, s := range []setting{
		{"loss", "1%"}, {"burst", "1%/2"}, {"exact", "1/10"}, {"drop", "client:9"}, {"delay", "1ms"}, {"jitter", "1ms"},
		{"reorder", "1%"}, {"duplicate", "1%"}, {"corrupt", "1%"}, {"rate", "1mbit"}, {"limit", "9"},
	} {
		if err := asked(t, s).check(registry.All(), lab.Auto); err != nil {
			t.Errorf("--%s %s: %v", s.name, s.text, err)
		}
	}
}

func TestFind(t *testing.T) {
	list, err := find([]string{"loss", "setup", "loss"})
	if got := ids(list); err != nil || !slices.Equal(got, []string{"setup", "loss"}) {
		t.Errorf("loss setup loss: %v, %v", got, err)
	}
	list, err = find([]string{"slow", "start", "HOL", "loss"})
	if got := ids(list); err != nil || !slices.Equal(got, []string{"throughput", "loss", "blocking"}) {
		t.Errorf("slow start HOL loss: %v, %v", got, err)
	}
	list, err = supportedOn("localhost", registry.All(), false)
	onWire := func(e experiments.Experiment) bool { return e.Place == experiments.OnWire }
	if err != nil || len(list) == 0 || slices.ContainsFunc(list, onWire) {
		t.Errorf("everything on localhost: %v, %v", ids(list), err)
	}
}

func TestColumns(t *testing.T) {
	for names, want := range map[string]string{
		"tcp,udp": "tcp udp ", "udp,tcp": "tcp udp ", "udp": "udp ", " udp , udp": "udp ", "": "tcp udp ",
	} {
		got := ""
		columns, err := transportsOf(names)
		for _, c := range columns {
			got += c.Name + " "
		}
		if err != nil || got != want {
			t.Errorf("--transports %q: %q, %v; want %q", names, got, err, want)
		}
	}
}

// TestCompareInterrupted stops a comparison at some moment: it ends soon, and
// what it prints is whole.
func TestCompareInterrupted(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	got := runLab(ctx, nil, "compare", "loss", "congestion", "fairness",
		"--network", "virtual", "--runs", "100", "--format", "json")
	if took := time.Since(began); took > patience {
		t.Errorf("took %v to end", took)
	}
	var r result.Report
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		t.Fatalf("printed no report: %v\n%s", err, got.err)
	}
	if got.code != exitInterrupted || len(r.Experiments) > 2 {
		t.Errorf("exit code %d with %d experiments, said %q", got.code, len(r.Experiments), got.err)
	}
	cut := fmt.Sprintf("interrupted: experiments that had finished: %d of 3", len(r.Experiments))
	if n := len(r.Warnings); n == 0 || r.Warnings[n-1].String() != cut {
		t.Errorf("warnings %v; want last %q", r.Warnings, cut)
	}
}

// typedCompare is the command compare with the flags that were typed.
func typedCompare(t *testing.T, typed string) *cobra.Command {
	t.Helper()
	cmd, rest, err := newRoot(&terminal{}).Find(append([]string{"compare"}, strings.Fields(typed)...))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Flags().SortFlags = true
	if err := cmd.ParseFlags(rest); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestTraceLine: the command that draws what was measured has its conditions, and
// no flag that the other command does not know.
func TestTraceLine(t *testing.T) {
	for typed, want := range map[string]string{
		"":           "",
		"loss setup": "",
		"loss --loss 5% --quick --runs 3 --messages 7 --format json": "lab trace loss --loss 5%",
		"setup --preset dsl --seed=7 --network virtual": "lab trace setup " +
			"--network virtual --preset dsl --seed 7",
	} {
		cmd := typedCompare(t, typed)
		got := traceLine(cmd, cmd.Flags().Args())
		if got != want {
			t.Errorf("after %q: %q, want %q", typed, got, want)
		}
		if got != "" {
			if err := parses(strings.TrimPrefix(got, "lab ")); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestCommandLine: the command to go on with says what is measured, and not how it is
// printed.
func TestCommandLine(t *testing.T) {
	for typed, want := range map[string]string{
		"":          "",
		"--loss 5%": "",
		"loss --loss 5% --quick --format json --output x.json": "lab compare loss --loss 5% --quick",
		"loss setup --conditions a&b --seed=7":                 "lab compare loss setup --conditions 'a&b' --seed 7",
	} {
		cmd := typedCompare(t, typed)
		if got := commandLine(cmd, cmd.Flags().Args()); got != want {
			t.Errorf("after %q: %q, want %q", typed, got, want)
		}
	}
}
