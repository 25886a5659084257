package sweep

import (
	"slices"
	"testing"
)

// TestJobsInterleave: each round has every point once, and its order is its own.
func TestJobsInterleave(t *testing.T) {
	p := planOf(t, 3, "loss=0%:30%:5%", "delay=1ms,2ms")
	jobs := p.Jobs()
	if len(jobs) != 3*14 {
		t.Fatalf("%d jobs", len(jobs))
	}
	var orders [][]int
	for round := range slices.Chunk(jobs, 14) {
		var order []int
		for _, j := range round {
			order = append(order, j.Point)
			if j.Repetition != len(orders) {
				t.Errorf("round %d has repetition %d", len(orders), j.Repetition)
			}
		}
		sorted := slices.Sorted(slices.Values(order))
		if !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}) || slices.IsSorted(order) {
			t.Errorf("round %d measures %v", len(orders), order)
		}
		orders = append(orders, order)
	}
	if slices.Equal(orders[0], orders[1]) {
		t.Error("two rounds have one order")
	}
}

// TestSeeds: every run has fates of its own, but for what changes no fate.
func TestSeeds(t *testing.T) {
	seeds := map[uint64]bool{}
	p := planOf(t, 4, "loss=0%:30%:5%", "delay=1ms,2ms")
	for _, j := range p.Jobs() {
		if seeds[j.Seed] {
			t.Errorf("point %d has a seed that another one has", j.Point)
		}
		seeds[j.Seed] = true
	}
	other := p
	other.Options.Seed++
	if p.job(3, 1).Seed == other.job(3, 1).Seed {
		t.Error("another seed, the same fates")
	}
	alike := planOf(t, 1, "loss=1%,2%", "transport=tcp,udp", "congestion=reno,cubic")
	for point := range alike.Points() {
		if got, want := alike.job(point, 0).Seed, alike.job(point/4*4, 0).Seed; got != want {
			t.Errorf("point %d has other fates than those with the same loss", point)
		}
	}
	if alike.job(0, 0).Seed == alike.job(4, 0).Seed {
		t.Error("another loss, the same fates")
	}
}

// TestShares: together they are the whole, and no run is in two.
func TestShares(t *testing.T) {
	jobs := planOf(t, 2, "loss=0%:30%:5%").Jobs()
	count := map[uint64]int{}
	for i := 1; i <= 3; i++ {
		share := Share{i, 3}.of(jobs)
		if n := len(share); n < len(jobs)/3 || n > len(jobs)/3+1 {
			t.Errorf("share %d has %d of %d jobs", i, n, len(jobs))
		}
		for _, j := range share {
			count[j.Seed]++
		}
	}
	for _, j := range jobs {
		if count[j.Seed] != 1 {
			t.Errorf("point %d is in %d shares", j.Point, count[j.Seed])
		}
	}
}

func TestCheck(t *testing.T) {
	if err := planOf(t, 10, "loss=0%:30%:1%").Check(); err != nil {
		t.Error(err)
	}
	if planOf(t, 1, "loss=1%,2%", "loss=3%").Check() == nil {
		t.Error("an axis may be there twice")
	}
	if planOf(t, 1000, "loss=0%:30%:0.1%").Check() == nil {
		t.Error("a sweep may last for ever")
	}
}
