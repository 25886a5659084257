package probe

import (
	"fmt"
	"time"

	"echolab/lab/testbed"
	"echolab/lab/theory"
)

const (
	TcpHeaders  = theory.IPv4Header + theory.TCPHeader + theory.TimestampOption
	SegmentSize = testbed.DefaultMTU - TcpHeaders
	LeastRTO    = 200 * time.Millisecond // Linux and gVisor; RFC 6298 says 1 s
)

// PercentText writes a fraction as a percentage.
func PercentText(p float64) string { return fmt.Sprintf("%.3g %%", 100*p) }
