package teacher

import (
	"strconv"
	"strings"
	"time"
)

// These read values that the schema has seen.

// duration reads a duration; days are written as 3d.
func duration(s string) time.Duration {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, _ := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour
	}
	d, _ := time.ParseDuration(s)
	return d
}

// percent reads whole percent.
func percent(s string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(s, "%"))
	return n
}
