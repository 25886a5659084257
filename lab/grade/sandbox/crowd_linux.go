package sandbox

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// mostCrowded bounds Crowding.
const mostCrowded = 3

// Crowding is how many tasks want each processor, now or over the last minute
// (proc(5), loadavg), from 1 to 3. Whoever waits for a program on a crowded
// machine must wait that much longer before it is the program's fault.
func Crowding() float64 {
	line, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 1
	}
	return crowding(string(line), runtime.NumCPU())
}

func crowding(loadavg string, processors int) float64 {
	fields := strings.Fields(loadavg) // "0.20 0.18 0.12 1/80 11206"
	if len(fields) < 4 {
		return 1
	}
	minute, _ := strconv.ParseFloat(fields[0], 64) // 0 where it is not a number
	running, _, _ := strings.Cut(fields[3], "/")
	now, _ := strconv.ParseFloat(running, 64)
	return min(max(1, minute/float64(processors), (now-1)/float64(processors)), mostCrowded)
}
