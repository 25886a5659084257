// Package sandbox runs an untrusted program within limits, and leaves no process
// of it behind.
//
// A Box is a room for programs. On Linux, where namespaces open, a box has its
// own process ids and its own network, with nothing in it but loopback: ports
// never clash, nothing else can be reached, and closing the box ends all that
// ever started in it. Elsewhere a box is a process group on this machine, and
// Warnings says what is missing.
//
// What a box does not do: it does not hide files. A program in it may read and
// write what the user who grades may read and write. It does not stop a
// program from using the processor up to its limit, and the memory and process
// limits are kept by watching (every WatchEvery), so that a program can pass
// them for that long. Grade the work of strangers in a virtual machine.
//
// Read box_linux.go first, then init_linux.go (the first process inside).
package sandbox

import (
	"cmp"
	"errors"
	"time"
)

// WatchEvery is how often memory and processes are counted.
const WatchEvery = 20 * time.Millisecond

// ErrClosed is the error of everything done to a closed box.
var ErrClosed = errors.New("the sandbox is closed")

// Limits bound what one box may use. A zero field stands for its default.
type Limits struct {
	CPU       time.Duration // processor time of one process (RLIMIT_CPU, whole seconds); default 60 s
	Memory    int64         // bytes resident in all processes together, watched; default 512 MiB
	Files     uint64        // open descriptors of one process (RLIMIT_NOFILE); default 1024
	FileSize  uint64        // bytes of one file (RLIMIT_FSIZE); default 64 MiB
	Processes int           // processes and threads together, watched; default 256
	Output    int64         // bytes on stdout and stderr together; default 16 MiB
}

// withDefaults fills the zero fields.
//
// Address space (RLIMIT_AS) is left alone on purpose: Go, Java and every
// program built with a sanitizer reserve far more of it than they use.
func (l Limits) withDefaults() Limits {
	return Limits{
		CPU:       cmp.Or(l.CPU, 60*time.Second),
		Memory:    cmp.Or(l.Memory, 512<<20),
		Files:     cmp.Or(l.Files, 1024),
		FileSize:  cmp.Or(l.FileSize, 64<<20),
		Processes: cmp.Or(l.Processes, 256),
		Output:    cmp.Or(l.Output, 16<<20),
	}
}

// Command is a program to start. Its environment is Env and nothing else.
type Command struct {
	Args []string // name and arguments; the name is looked up in PATH of Env
	Dir  string   // working directory; "" is the caller's
	Env  []string // "NAME=value"
	Keep int      // bytes of stdout to keep from its beginning; 0 stands for 8 KiB
}

// name is the program of a command, for errors.
func (c Command) name() string {
	if len(c.Args) == 0 {
		return "an empty command"
	}
	return c.Args[0]
}

// Exit is how a program ended.
type Exit struct {
	Code   int    `json:"code"`             // exit status, where Signal is empty
	Signal string `json:"signal,omitempty"` // "segmentation fault", ...
	Limit  string `json:"limit,omitempty"`  // the limit that ended it: one of the words below
}

// The limits that end a program.
const (
	LimitCPU       = "cpu"
	LimitMemory    = "memory"
	LimitProcesses = "processes"
	LimitFileSize  = "file size"
	LimitOutput    = "output"
)

// Usage is what all programs of a box use at one moment.
type Usage struct {
	Processes   int   // threads counted too
	Descriptors int   // open files and sockets
	Memory      int64 // bytes resident
}
