//go:build guest && !wasip1

package simulated

import _ "embed"

// embedded is the guest, gzipped. "make guest" makes the file.
//
//go:embed guest.wasm.gz
var embedded []byte
