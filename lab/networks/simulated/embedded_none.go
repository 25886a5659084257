//go:build !guest && !wasip1

package simulated

// embedded is the guest, gzipped: none, so it is built when it is needed.
var embedded []byte
