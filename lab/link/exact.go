package link

import "math/rand/v2"

// deck deals exact losses: of every Of cards, Drop say "dropped", and they are
// shuffled anew each time the deck is used up.
type deck struct {
	cards  []bool
	next   int
	chance *rand.Rand
}

func newDeck(e Exact, chance *rand.Rand) *deck {
	d := &deck{cards: make([]bool, e.Of), chance: chance}
	for i := range min(e.Drop, e.Of) {
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
