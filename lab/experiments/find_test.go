package experiments_test

import (
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
)

// TestFind: an experiment is found by its id, its title in each language, and
// the words that it is known by; where several fit, all are found.
func TestFind(t *testing.T) {
	for typed, want := range map[string]string{
		"loss": "loss", " LOSS ": "loss", "reliable data transfer": "loss", "신뢰성 있는 데이터 전송": "loss",
		"handshake": "setup", "three way handshake": "setup", "hol": "blocking", "head-of-line blocking": "blocking",
		"goodput": "throughput", "rate": "throughput", "slow-start": "throughput", "retransmission": "loss",
		"time-wait": "close", "TIME_WAIT": "close", "broadcast": "cast", "nodelay": "nagle",
		"data transfer": "throughput loss", "ports": "addressing sockets",
		"": "", "-": "", "frobnicate": "", "los": "", "data trans": "",
	} {
		var ids []string
		for _, e := range experiments.Find(registry.All(), typed) {
			ids = append(ids, e.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// TestWords: no experiment is known by the id or the title of another one, which
// would be found instead, and every experiment is known by some word.
func TestWords(t *testing.T) {
	all := registry.All()
	for _, e := range all {
		if len(e.Also) == 0 {
			t.Errorf("%s is known by no other word", e.ID)
		}
		for _, word := range e.Also {
			found := experiments.Find(all, word)
			if !slices.ContainsFunc(found, func(f experiments.Experiment) bool { return f.ID == e.ID }) {
				t.Errorf("%q does not find %s, which is known by it", word, e.ID)
			}
		}
	}
}
