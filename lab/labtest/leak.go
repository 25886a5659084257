package labtest

import (
	"fmt"
	"os"
	"time"

	"go.uber.org/goleak"
)

// Snapshot is what a process holds at one moment.
type Snapshot struct {
	goroutines goleak.Option
	files      int // open files; -1 where the system does not tell
}

// Take notes the goroutines and open files of this process.
func Take() Snapshot {
	return Snapshot{goroutines: goleak.IgnoreCurrent(), files: openFiles()}
}

// Compare says what is held now that was not held when the snapshot was taken.
// Goroutines and files that are being closed have that long to go.
func (s Snapshot) Compare(patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		err := s.compare()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(wait)
	}
}

func (s Snapshot) compare() error {
	if err := goleak.Find(s.goroutines); err != nil {
		return fmt.Errorf("goroutines were left behind: %w", err)
	}
	if now := openFiles(); now > s.files && s.files >= 0 {
		return fmt.Errorf("%d open files were left behind", now-s.files)
	}
	return nil
}

// openFiles counts this process's open files.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}
