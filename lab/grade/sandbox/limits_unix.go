//go:build unix

package sandbox

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// initName is the name under which this program starts itself again inside a
// sandbox.
const initName = "lab: sandbox init"

// isInit reports whether this process was started so.
func isInit() bool { return len(os.Args) > 0 && os.Args[0] == initName }

// limitSelf sets the limits that programs inherit.
func limitSelf(l Limits) error {
	limits := []struct {
		name       string
		resource   int
		soft, hard uint64
	}{
		// At the soft limit SIGXCPU, at the hard one SIGKILL.
		{"processor time", unix.RLIMIT_CPU, uint64(l.CPU / time.Second), uint64(l.CPU/time.Second) + 1},
		{"open files", unix.RLIMIT_NOFILE, l.Files, l.Files},
		{"file size", unix.RLIMIT_FSIZE, l.FileSize, l.FileSize},
		{"core dumps", unix.RLIMIT_CORE, 0, 0},
	}
	for _, limit := range limits {
		if err := unix.Setrlimit(limit.resource, &unix.Rlimit{Cur: limit.soft, Max: limit.hard}); err != nil {
			return fmt.Errorf("limit %s: %w", limit.name, err)
		}
	}
	return nil
}
