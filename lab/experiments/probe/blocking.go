package probe

import (
	"time"
)

// FirstTimeout is the retransmission timeout before any round trip was
// measured (RFC 6298 section 2.1), and the least one behind that (2.4).
const FirstTimeout = time.Second
