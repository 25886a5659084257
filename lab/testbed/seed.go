package testbed

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Seed derives a seed for one part of what a user's seed decides: an
// experiment, a run of it, an attempt in that run. The same seed and the same
// names give the same answer on every machine; any other name gives one that
// has nothing to do with it, so that no two parts meet the same fates.
func Seed(seed uint64, names ...any) uint64 {
	h := sha256.New()
	for _, part := range append([]any{seed}, names...) {
		fmt.Fprintf(h, "%v\n", part) //nolint:errcheck // a hash takes everything
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}
