package netstack

import (
	"io"
	"sync"

	"gvisor.dev/gvisor/pkg/log"
)

// hush keeps the stacks from writing to stderr what they think of packets: a
// SYN that comes twice, as the wire may well have it, they call a failure.
var hush = sync.OnceFunc(func() {
	log.SetTarget(log.GoogleEmitter{Writer: &log.Writer{Next: io.Discard}})
})
