package link

// Fate is what became of a packet.
type Fate int

// The fates. A packet is Queued from the moment that the link takes it until
// it is handed over; all others are final.
const (
	Queued     Fate = iota // under way
	Delivered              // handed over whole
	Lost                   // dropped by a condition
	Overflowed             // dropped because the queue before the rate was full
	Corrupted              // handed over with one bit flipped
)

// words are the fates in JSON.
var words = map[Fate]string{
	Queued: "queued", Delivered: "delivered", Lost: "lost", Overflowed: "overflowed", Corrupted: "corrupted",
}

// Word is the fate's word in JSON.
func (f Fate) Word() string { return words[f] }

// Cause names the condition that decided a fate; it is the word that the
// user typed: "loss", "burst", "exact", "drop", "corrupt", "limit",
// "duplicate", "reorder". Delivered packets that nothing touched have none.
type Cause string
