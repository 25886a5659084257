package probe

import "time"

// Silence is how long to wait for news that never comes.
const Silence = 200 * time.Millisecond
