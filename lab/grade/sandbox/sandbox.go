// Package sandbox runs an untrusted program within limits, and leaves no process
// of it behind.
//
// A Box is a room for programs. On Linux, where namespaces open, a box has its
// own process ids, its own network with nothing in it but loopback, and its own
// view of files: the system and what the command needs can be read, the
// submission's folder is a copy, all else is hidden, and what is written lies in
// memory of bounded size and goes with the box. Where mounts do not open, Landlock
// bounds the files. Elsewhere a box is a process group on this machine. Examine
// says which of these a machine has, and Warnings what is missing.
//
// What a box does not do: it does not stop a program from using the processor up
// to its limit, and the memory and process limits are kept by watching (every
// WatchEvery), so that a program can pass them for that long. Grade the work of
// strangers in a virtual machine.
//
// Read box_linux.go first, then init_linux.go (the first process inside),
// view_linux.go (which files are shown) and root_linux.go (how).
package sandbox

import (
	"cmp"
	"errors"
	"time"

	"echolab/lab/text"
)

// WatchEvery is how often memory and processes are counted.
const WatchEvery = 20 * time.Millisecond

// ErrClosed is the error of everything done to a closed box.
var ErrClosed = errors.New("the sandbox is closed")

// Room is what a box is opened for.
type Room struct {
	Limits  Limits
	Dir     string   // the submission's folder, where programs start; "" is the caller's working directory
	Keep    bool     // programs get Dir itself instead of a copy: what they write there stays
	Command []string // what will be started: files among its words can be read, wherever they lie
	Hide    []string // folders that no program may see, apart from Dir
}

// Mode is how well this machine closes programs off.
type Mode struct {
	Name text.Phrase
	Open []text.Phrase // what is not closed off, a sentence each
}

// Limits bound what one box may use. A zero field stands for its default.
type Limits struct {
	CPU       time.Duration // processor time of one process (RLIMIT_CPU, whole seconds); default 60 s
	Memory    int64         // bytes in all processes and in shared memory together, watched; default 512 MiB
	Files     uint64        // open descriptors of one process (RLIMIT_NOFILE); default 1024
	FileSize  uint64        // bytes of one file (RLIMIT_FSIZE); default 64 MiB
	Processes int           // processes and threads together, watched; default 512
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
		Processes: cmp.Or(l.Processes, 512),
		Output:    cmp.Or(l.Output, 16<<20),
	}
}

// Command is a program to start. Its environment is Env and nothing else.
type Command struct {
	Args []string // name and arguments; the name is looked up in PATH of Env
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
	Zombies     int   // of these, those that have ended and that nobody waited for
	Descriptors int   // open files and sockets
	Memory      int64 // bytes resident
}
