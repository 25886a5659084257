package link

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Exact is loss without luck: of every Of packets in a row, exactly Drop are
// dropped, which ones the seed decides. Both transports so suffer one rate.
type Exact struct{ Drop, Of int }

var exact = kind[Exact]{
	value: "K/N", parse: parseExact, format: Exact.String, check: Exact.check,
	reported: func(e Exact) any { return e.String() },
}.in(func(c *Conditions) *Exact { return &c.Exact }, Condition{
	Name: "exact", Help: "drop exactly K of every N packets, such as 1/10", Sentence: "exact loss %s", Drops: true,
	spoils: func(c Conditions) float64 { return float64(c.Exact.Drop) / float64(max(c.Exact.Of, 1)) },
	law: func(c Conditions, chance *rand.Rand) fating {
		d := newDeck(c.Exact, chance)
		return func(f *fated, _ int) {
			if d.drops() {
				f.drop = "exact"
			}
		}
	},
})

// deck deals exact losses: of every Of cards, Drop say "dropped", and they are
// shuffled anew each time the deck is used up.
type deck struct {
	cards  []bool
	next   int
	chance *rand.Rand
}

func newDeck(e Exact, chance *rand.Rand) *deck {
	d := &deck{cards: make([]bool, e.Of), chance: chance}
	for i := range e.Drop {
		d.cards[i] = true
	}
	return d
}

// drops deals a card.
func (d *deck) drops() bool {
	if d.next == 0 {
		d.chance.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
	}
	card := d.cards[d.next]
	d.next = (d.next + 1) % len(d.cards)
	return card
}

// parseExact reads "3/10": exactly 3 of every 10 packets are dropped.
func parseExact(s string) (Exact, error) {
	drop, of, ok := strings.Cut(s, "/")
	k, err1 := strconv.Atoi(strings.TrimSpace(drop))
	n, err2 := strconv.Atoi(strings.TrimSpace(of))
	if !ok || err1 != nil || err2 != nil || k < 0 || n < 1 || k > n || n > MaxLimit {
		return Exact{}, fmt.Errorf("%q is not an exact loss: write 3/10 for 3 of every 10 packets", s)
	}
	return Exact{Drop: k, Of: n}, nil
}

// String is the count as a user writes it: "3/10". No count gives "".
func (e Exact) String() string {
	if e.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", e.Drop, e.Of)
}

// check says what is wrong with the counts.
func (e Exact) check() error {
	if e.Drop < 0 || e.Drop > e.Of || e.Of > MaxLimit {
		return fmt.Errorf("%d/%d: not a part of at most %d packets", e.Drop, e.Of, MaxLimit)
	}
	return nil
}
