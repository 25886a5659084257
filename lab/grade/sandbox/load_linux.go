package sandbox

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// maxLoadFactor bounds LoadFactor.
const maxLoadFactor = 3

// LoadFactor is how many tasks want each processor, now or over the last minute
// (proc(5), loadavg), from 1 to 3. A time limit for a program is multiplied by
// it, so that a busy machine is not taken for a slow program.
func LoadFactor() float64 {
	line, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 1
	}
	return loadFactor(string(line), runtime.NumCPU())
}

func loadFactor(loadavg string, processors int) float64 {
	fields := strings.Fields(loadavg) // "0.20 0.18 0.12 1/80 11206"
	if len(fields) < 4 {
		return 1
	}
	minute, _ := strconv.ParseFloat(fields[0], 64) // 0 where it is not a number
	running, _, _ := strings.Cut(fields[3], "/")
	now, _ := strconv.ParseFloat(running, 64)
	return min(max(1, minute/float64(processors), (now-1)/float64(processors)), maxLoadFactor)
}
