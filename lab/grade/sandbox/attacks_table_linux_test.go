package sandbox

import (
	"fmt"
	"os"
	"strings"
)

// attack is what a program tries, and what becomes of it.
type attack struct {
	name string
	args []string
	want outcomes
}

// What becomes of an attack: it succeeds, it meets an error, the memory limit ends it,
// or it ends its own box and itself.
const (
	yes    = "yes"
	no     = "no"
	mem    = LimitMemory
	killed = "killed"
)

// outcomes are what becomes of an attack in a file system of its own; where Landlock
// bounds the files; where there are no namespaces either; and where there is nothing
// at all, and the program runs as the grader's user. The last column shows, too, that
// the attacks are real.
type outcomes [4]string

func (s *school) attacks() []attack {
	victim, grader := fmt.Sprint(s.victim), fmt.Sprint(os.Getpid())
	theirs, results := s.neighbour+"/server.py", s.results+"/summary.csv"
	return []attack{
		{"reads a neighbour's file", []string{"read", theirs}, outcomes{no, no, no, yes}},
		{"writes a neighbour's file", []string{"write", theirs}, outcomes{no, no, no, yes}},
		{"removes a neighbour's file", []string{"remove", theirs}, outcomes{no, no, no, yes}},
		{"looks below what is mounted", []string{"uncover", theirs}, outcomes{no, no, no, yes}},
		{"the same in namespaces of its own", []string{"uncoverinside", theirs}, outcomes{no, no, no, yes}},
		{"reads the results", []string{"read", results}, outcomes{no, no, no, yes}},
		{"writes the results", []string{"write", results}, outcomes{no, no, no, yes}},
		{"makes a folder among the results", []string{"make", s.results + "/new"}, outcomes{no, no, no, yes}},
		{"writes a file of the system", []string{"write", "/etc/lab-grade-test"}, outcomes{no, no, no, no}},
		{"opens a setting of the kernel", []string{"setting"}, outcomes{no, no, no, no}},
		{"writes its own folder, which is a copy", []string{"write", "mine"}, outcomes{yes, yes, yes, yes}},
		{"signals the grader", []string{"reach", grader}, outcomes{no, no, no, yes}},
		{"opens the grader's memory", []string{"memory", grader}, outcomes{no, no, no, no}},
		{"traces the grader", []string{"trace", grader}, outcomes{no, no, no, no}},
		{"reads the grader's environment", []string{"environment", grader}, outcomes{no, no, no, no}},
		{"passes through the grader's /proc", []string{"root", grader}, outcomes{no, no, no, no}},
		{"kills a process of the grader's user", []string{"kill", victim}, outcomes{no, no, no, yes}},
		{"kills all that it sees", []string{"killall", victim}, outcomes{no, no, no, yes}},
		{"opens that process's memory", []string{"memory", victim}, outcomes{no, no, no, traced()}},
		{"traces that process", []string{"trace", victim}, outcomes{no, no, no, traced()}},
		{"reads that process's environment", []string{"environment", victim}, outcomes{no, no, no, yes}},
		{"ends the first process of its box", []string{"killparent"}, outcomes{no, no, no, killed}},
		{"opens the first process's memory", []string{"parentmemory"}, outcomes{no, no, no, no}},
		{"traces the first process", []string{"traceparent"}, outcomes{no, no, no, no}},
		{"connects to a Unix socket", []string{"connect", s.socket}, outcomes{no, no, no, no}},
		{"connects to an abstract socket", []string{"connectabstract", s.abstract}, outcomes{no, no, no, no}},
		{"connects to a port of the machine", []string{"dial", fmt.Sprint(s.port)}, outcomes{no, no, yes, yes}},
		{"fills /dev/shm", []string{"fill", "/dev/shm"}, outcomes{no, no, no, yes}},
		{"fills /tmp", []string{"fill", "/tmp"}, outcomes{no, no, no, yes}},
		{"fills its home", []string{"fillhome"}, outcomes{no, mem, mem, mem}},
		{"fills its home with empty files", []string{"manyfiles"}, outcomes{no, mem, mem, mem}},
		{"fills anonymous files", []string{"memfd"}, outcomes{mem, mem, mem, mem}},
		{"fills System V segments", []string{"segments"}, outcomes{mem, no, no, no}},
		{"fills a shared mapping", []string{"sharedmap"}, outcomes{mem, mem, mem, mem}},
		{"sets the clock", []string{"clock"}, outcomes{no, no, no, no}},
		{"sets the host's name", []string{"hostname"}, outcomes{no, no, no, no}},
		{"mounts", []string{"mount"}, outcomes{no, no, no, no}},
		{readsAsRoot, []string{"becomeroot"}, outcomes{no, no, no, no}},
	}
}

// traced is whether processes of one user can trace each other: often Yama forbids it
// where one is not the other's child.
func traced() string {
	scope, err := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	if err != nil || strings.TrimSpace(string(scope)) == "0" {
		return yes
	}
	return no
}
