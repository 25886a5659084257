package lab

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"echolab/lab/result"
	"echolab/lab/testbed"
)

// Version is the version of the program from its build information.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" {
		return v
	}
	return "(devel)"
}

// NewEnvironment describes this machine and which of the networks open on it.
func NewEnvironment(drivers []testbed.Driver) result.Environment {
	e := result.Environment{
		Lab: Version(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs:              runtime.NumCPU(),
		Kernel:            firstLine("/proc/sys/kernel/osrelease"),
		CongestionControl: systemCongestion(),
		Networks:          make(map[string]string, len(drivers)),
	}
	for _, d := range drivers {
		e.Networks[d.Name] = "ok"
		if err := d.Check(); err != nil {
			e.Networks[d.Name] = err.Error()
		}
	}
	return e
}

// systemCongestion is the congestion control of the system's own TCP, or ""
// where it cannot be told.
func systemCongestion() string { return firstLine("/proc/sys/net/ipv4/tcp_congestion_control") }

// firstLine is the first line of a file, or "" where there is no such file,
// as on systems without /proc.
func firstLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}
