package virtual

import (
	"sync"

	"gvisor.dev/gvisor/pkg/log"
)

// hush keeps the stacks from writing to stderr what they think of packets: a
// SYN that comes twice, as the wire may well have it, they call a failure. It
// takes the logger's output away and not the logger, since some of the stacks'
// packages keep the one that they found when the program began.
var hush = sync.OnceFunc(func() {
	log.Log().Emitter = &log.MultiEmitter{} // to nobody
})
