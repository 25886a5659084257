//go:build linux && !amd64 && !arm64

package sandbox

// nativeArch is not known here: nothing is filtered.
const nativeArch = 0
