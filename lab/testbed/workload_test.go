package testbed_test

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/testbed"
)

// TestWorkloadBytes: the bytes of a message follow from seed, number and size,
// for ever; who repeats a run with the same seed sends the same.
func TestWorkloadBytes(t *testing.T) {
	w := testbed.Workload{Messages: 1000, Size: 35, Seed: 7}
	for seq, want := range map[int]string{
		0:   "0000000000000023eaa86521aa8f56fede70313770d6ff44a005b7e7e251ba4c5165be",
		999: "000003e700000023f5e3443debccd3d9ffb889bd0544821ef71cac1502700ed2678211",
	} {
		if got := hex.EncodeToString(w.Fill(make([]byte, 100), seq)); got != want {
			t.Errorf("message %d is %s, want %s", seq, got, want)
		}
	}
	if due := (testbed.Workload{Every: 3 * time.Millisecond}).Due(7); due != 21*time.Millisecond {
		t.Errorf("message 7, one every 3 ms, is due at %v", due)
	}
}

// TestWorkloadIsTheSame whenever and in whatever order it is asked for, and
// another one with another seed or number.
func TestWorkloadIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := testbed.Workload{
			Messages: rapid.IntRange(2, 1e6).Draw(t, "messages"), Size: rapid.IntRange(testbed.HeaderSize, 3000).Draw(t, "size"),
			Seed: rapid.Uint64().Draw(t, "seed"),
		}
		seq := rapid.IntRange(0, w.Messages-1).Draw(t, "message")
		fill := func(w testbed.Workload, seq int) []byte { return w.Fill(make([]byte, w.Size), seq) }
		one := fill(w, seq)
		if !bytes.Equal(one, fill(w, seq)) {
			t.Fatal("a message differs from itself")
		}
		if got, ok := w.Sequence(one); !ok || got != seq {
			t.Fatalf("message %d is read as %d, %v", seq, got, ok)
		}
		if bytes.Equal(one, fill(w, (seq+1)%w.Messages)) {
			t.Fatal("two messages are the same")
		}
		other := w
		other.Seed++
		if got, ok := other.Sequence(one); ok {
			t.Fatalf("message %d of another seed is taken for message %d", seq, got)
		}
	})
}

// TestSequenceNoticesDamage: no flipped bit of a message's name turns it into
// another message of the workload.
func TestSequenceNoticesDamage(t *testing.T) {
	w := testbed.Workload{Messages: 1 << 16, Size: 16, Seed: 1}
	for bit := range 8 * 4 {
		message := w.Fill(make([]byte, 16), 12345)
		message[bit/8] ^= 1 << (bit % 8)
		if seq, ok := w.Sequence(message); ok {
			t.Errorf("with bit %d flipped, message 12345 is taken for %d", bit, seq)
		}
	}
	if _, ok := w.Sequence(make([]byte, 15)); ok {
		t.Error("15 bytes are taken for a message")
	}
}
