package wire

import (
	"time"
)

// LateAfter is how late a packet may be handed over before it counts: twice of what one in
// a hundred is on an idle machine.
const LateAfter = 2 * time.Millisecond
