package throughput

import (
	"echolab/lab/testbed"
)

// streamChunk is how many bytes a write to a stream takes: so many that the last
// segment of a write, which may be a short one, is one of very many.
const streamChunk = 256 << 10

// chunkOf is how many bytes a write in bulk takes: a full packet, or many.
func chunkOf(t testbed.Transport) int {
	if t.Stream {
		return streamChunk
	}
	return fullDatagram
}
