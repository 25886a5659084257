package link

import (
	"fmt"
	"math/rand/v2"
)

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
	if len(d.cards) == 0 {
		return false
	}
	if d.next == 0 {
		d.chance.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
	}
	card := d.cards[d.next]
	d.next = (d.next + 1) % len(d.cards)
	return card
}

// validate says what is wrong with the counts.
func (e Exact) validate() error {
	if e.Drop < 0 || e.Drop > e.Of || e.Of > MaxLimit {
		return fmt.Errorf("exact %d/%d: not so many of at most %d packets", e.Drop, e.Of, MaxLimit)
	}
	return nil
}
