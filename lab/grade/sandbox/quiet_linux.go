package sandbox

import (
	"os"
	"strconv"
)

// Quiet reports whether all programs of the box sleep, so that nothing more comes from them by
// itself. One that is about to end does not, nor does one whose end is not known yet.
func (b *Box) Quiet() bool {
	if !ownProc() {
		return true
	}
	pids := descendants(strconv.Itoa(b.init.Process.Pid), everything)
	for _, pid := range pids {
		if !sleeps("/proc/" + strconv.Itoa(pid) + "/task/") {
			return false
		}
	}
	return len(pids) > 0
}

// sleeps reports whether all threads of a process do.
func sleeps(tasks string) bool {
	threads, _ := os.ReadDir(tasks) // of one that has ended there are none
	for _, t := range threads {
		if state, _, _ := readStat(tasks + t.Name() + "/stat"); state != "S" {
			return false
		}
	}
	return len(threads) > 0
}
