package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// shares counts the memory of processes that share much of it, as forked ones do:
// each page as the share of it that every process has (Pss of proc_pid_smaps(5)).
// That costs the kernel much, so it is done seldom.
type shares struct {
	next  time.Time // not before
	known int64
}

// overdue is how many times longer than a count it takes until the next one.
const overdue = 10

func (s *shares) memory(pids []int) int64 {
	began := time.Now()
	if began.Before(s.next) {
		return s.known
	}
	s.known = 0
	for _, pid := range pids {
		s.known += share(fmt.Sprintf("/proc/%d", pid))
	}
	s.next = time.Now().Add(overdue * time.Since(began))
	return s.known
}

// share is the bytes of a process of which nobody else has a part, and its part of
// the others. Of one that cannot be looked into all counts; one that has ended is nothing.
func share(process string) int64 {
	rollup, err := os.ReadFile(process + "/smaps_rollup")
	for line := range strings.Lines(string(rollup)) {
		if number, ok := strings.CutPrefix(line, "Pss:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(number), "kB")), 10, 64)
			return kib << 10
		}
	}
	if errors.Is(err, fs.ErrPermission) {
		_, _, resident := readStat(process + "/stat")
		return resident
	}
	return 0
}
