package grade

import (
	"context"
	"testing"
	"time"

	"echolab/lab/text"
)

func TestLatePercent(t *testing.T) {
	policy := LatePolicy{Grace: 15 * time.Minute, PerDay: 10, AtMost: 3 * day}
	for _, c := range []struct {
		policy LatePolicy
		by     time.Duration
		want   int
	}{
		{policy, -time.Hour, 0},
		{policy, 0, 0},
		{policy, 15 * time.Minute, 0},
		{policy, 15*time.Minute + 1, 10},
		{policy, day + 15*time.Minute, 10},
		{policy, day + 15*time.Minute + 1, 20},
		{policy, 3*day + 15*time.Minute, 30},
		{policy, 3*day + 15*time.Minute + 1, 100},
		{LatePolicy{PerDay: 40}, 3 * day, 100},
		{LatePolicy{PerDay: 40}, 100000 * day, 100},
		{LatePolicy{AtMost: day}, day, 0},
		{LatePolicy{AtMost: day}, day + 1, 100},
		{LatePolicy{}, 9 * day, 0},
	} {
		if got := c.policy.Percent(c.by); got != c.want {
			t.Errorf("%+v, %v late: %d %%, want %d %%", c.policy, c.by, got, c.want)
		}
	}
}

// TestTakeOff: what is taken off, of whom, and what is said about it in both languages.
func TestTakeOff(t *testing.T) {
	due := time.Date(2026, 12, 10, 23, 59, 0, 0, time.UTC)
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	a := small(Check{ID: "good", Points: 75, Run: func(context.Context, *Subject) error { return nil }})
	a.Policy = Policy{Due: due, Late: LatePolicy{Grace: time.Minute, PerDay: 10, AtMost: 3 * day}}
	for _, c := range []struct {
		name     string
		receipts map[string]Receipt
		score    int
		said, ko string
	}{
		{"nobody asks", nil, 75, "", ""},
		{"in time", map[string]Receipt{"kim": {Submitted: due}}, 75, "", ""},
		{
			"in the grace period", map[string]Receipt{"kim": {Submitted: due.Add(30 * time.Second)}}, 75,
			"Handed in 30 s late: within the grace period, nothing is taken off.",
			"마감보다 30초 늦게 제출했다. 유예 시간 안이므로 감점은 없다.",
		},
		{
			"two days", map[string]Receipt{"kim": {Submitted: due.Add(26 * time.Hour)}}, 60,
			"Handed in 1 d 2 h late: of the 75 points that were reached, 20 % are taken off, which is 15.",
			"마감보다 1일 2시간 늦게 제출했다. 얻은 75점에서 20 %인 15점을 깎는다.",
		},
		{
			"too late", map[string]Receipt{"kim": {Submitted: due.Add(4 * day)}}, 0,
			"Handed in 4 d late: too late for the 75 points that were reached.",
			"마감보다 4일 늦게 제출했다. 너무 늦어 얻은 75점을 모두 깎는다.",
		},
		{"extended", map[string]Receipt{"kim": {Submitted: due.Add(4 * day), Due: due.Add(5 * day)}}, 75, "", ""},
	} {
		r, err := Run(t.Context(), a, Options{Command: []string{"true"}, Student: "kim", Receipts: c.receipts})
		if err != nil {
			t.Fatal(err)
		}
		said, korean := "", ""
		if r.Late != nil {
			said, korean = r.Late.Sentence().String(), ko.Text(r.Late.Sentence())
		}
		if r.Score != c.score || said != c.said || korean != c.ko || len(r.Warnings) > 0 {
			t.Errorf("%s: %d points, %q, %q, %v, want %d, %q, %q", c.name, r.Score, said, korean, r.Warnings, c.score, c.said, c.ko)
		}
	}
	r, err := Run(t.Context(), a, Options{Command: []string{"true"}, Receipts: map[string]Receipt{"lee": {}}})
	if err != nil || r.Score != 75 || len(r.Warnings) != 1 {
		t.Errorf("no receipt: %+v, %v", r, err)
	}
}

// TestStudentSeed: the value is one that OpenSSL computes, and every input matters.
func TestStudentSeed(t *testing.T) {
	secret := []byte("0123456789abcdef")
	// printf 'echo\0kim' | openssl dgst -sha256 -hmac 0123456789abcdef | cut -c1-16
	const want = 0xce963d554d2bf907
	if got := StudentSeed(secret, "echo", "kim"); got != want {
		t.Errorf("seed %x, want %x", got, uint64(want))
	}
	for _, other := range []uint64{
		StudentSeed([]byte("0123456789abcdeg"), "echo", "kim"), StudentSeed(secret, "echos", "kim"),
		StudentSeed(secret, "echo", "lee"), StudentSeed(secret, "ech", "okim"),
	} {
		if other == want {
			t.Errorf("another input gives the same seed %x", other)
		}
	}
}

func TestSeedPerStudent(t *testing.T) {
	a := small(Check{ID: "good", Points: 1, Run: func(context.Context, *Subject) error { return nil }})
	secret := []byte("0123456789abcdef")
	run := func(secret []byte) (*Result, error) {
		return Run(t.Context(), a, Options{Command: []string{"true"}, Seed: 7, Student: "kim", Secret: secret})
	}
	if r, err := run(secret); err != nil || r.Seed != StudentSeed(secret, "small", "kim") {
		t.Errorf("seed %d, %v", r.Seed, err)
	}
	if r, err := run(nil); err != nil || r.Seed != 7 {
		t.Errorf("without a secret: seed %d, %v", r.Seed, err)
	}
	if _, err := run(secret[1:]); err == nil {
		t.Error("a short secret is taken")
	}
}
