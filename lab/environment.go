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
		Kernel:            Sysctl("kernel/osrelease"),
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
func systemCongestion() string { return Sysctl("net/ipv4/tcp_congestion_control") }

// Sysctl is a setting of the system's kernel, or "" where there is no such file,
// as on systems without /proc.
func Sysctl(name string) string {
	b, err := os.ReadFile("/proc/sys/" + name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
