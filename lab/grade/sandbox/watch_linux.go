package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// collect takes in every child that ends: programs, and the orphans that they
// left.
func (i *initProcess) collect(ended chan os.Signal) {
	defer signal.Stop(ended)
	for range ended {
		i.collectAll()
	}
}

func (i *initProcess) collectAll() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		i.mu.Lock()
		number, ok := i.running[pid]
		delete(i.running, pid)
		i.mu.Unlock()
		if ok {
			exit := exitOf(status, i.exceeded())
			_ = i.channel.send(event{Number: number, Exit: &exit}) // a box that is gone does not ask
		}
	}
}

func exitOf(s unix.WaitStatus, limit string) Exit {
	if !s.Signaled() {
		return Exit{Code: s.ExitStatus(), Limit: limit}
	}
	switch s.Signal() {
	case unix.SIGXCPU:
		limit = LimitCPU
	case unix.SIGXFSZ:
		limit = LimitFileSize
	}
	return Exit{Signal: s.Signal().String(), Limit: limit}
}

// watch counts memory and processes, and ends everything above a limit.
func (i *initProcess) watch() {
	for range time.Tick(WatchEvery) {
		if i.exceeded() != "" {
			i.killAll()
		}
	}
}

// exceeded is the limit that the programs are above, or were once. A program
// may end by itself because it cannot have more: that is the limit's doing.
func (i *initProcess) exceeded() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.limit != "" {
		return i.limit
	}
	pids := i.processes()
	usage := usageOf(pids, i.setup.Limits.Processes, false)
	switch {
	case usage.Processes > i.setup.Limits.Processes:
		i.limit = LimitProcesses
	case i.useTooMuch(usage.Memory, pids):
		i.limit = LimitMemory
	}
	return i.limit
}

// useTooMuch reports whether processes hold more memory than they may: first as what is
// quickly counted, in which pages that processes share count for each of them.
func (i *initProcess) useTooMuch(resident int64, pids []int) bool {
	shared, most := i.sharedMemory(pids), i.setup.Limits.Memory
	return resident+shared > most && i.shares.memory(pids)+shared > most
}

// processes are those in the box but the init, or enough of them to be too many.
func (i *initProcess) processes() []int {
	if !i.setup.Processes || !ownProc() {
		return descendants("self", i.setup.Limits.Processes)
	}
	folder, err := os.Open("/proc") // which shows the box alone, in one look
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	var pids []int
	names, _ := folder.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killProgram ends the session leader and its group.
func (i *initProcess) killProgram(number int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for pid, n := range i.running {
		if n == number {
			_ = unix.Kill(-pid, unix.SIGKILL)
		}
	}
}

// killAll ends everything in the box but the init. With process ids of its own
// one call reaches all. Otherwise the tree is walked until nothing is left, since it
// may grow while it is felled: a few at a time, each with its process group, which
// the kernel ends as a whole, however fast it forks.
func (i *initProcess) killAll() {
	if i.setup.Processes {
		_ = unix.Kill(-1, unix.SIGKILL)
		return
	}
	const few = 100
	for range 1000 {
		pids := descendants("self", few)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			killGroup(pid)
		}
		i.collectAll()
		time.Sleep(time.Millisecond) // until the kernel has ended them; looked at again above
	}
}

// killGroup ends a process, and its group unless that is the init's own.
func killGroup(pid int) {
	if group, err := unix.Getpgid(pid); err == nil && group != unix.Getpgrp() {
		_ = unix.Kill(-group, unix.SIGKILL)
	}
	_ = unix.Kill(pid, unix.SIGKILL)
}

// everything is more processes than there can be.
const everything = 1 << 30

// descendants are the processes below one, found by /proc/PID/task/TID/children,
// or the first few of them: it stops when it has more than most.
func descendants(root string, most int) []int {
	var found []int
	queue := []string{root}
	for len(queue) > 0 && len(found) <= most {
		pid := queue[0]
		queue = queue[1:]
		tasks, err := os.ReadDir("/proc/" + pid + "/task")
		if err != nil {
			continue // it has ended
		}
		for _, task := range tasks {
			list, _ := os.ReadFile("/proc/" + pid + "/task/" + task.Name() + "/children")
			for _, child := range strings.Fields(string(list)) {
				if n, err := strconv.Atoi(child); err == nil {
					found = append(found, n)
					queue = append(queue, child)
				}
			}
		}
	}
	return found
}

// usageOf adds up what processes use. Those that end meanwhile count as nothing.
// More than most it only counts: whoever looks at a fork bomb must be quick.
func usageOf(pids []int, most int, files bool) Usage {
	if len(pids) > most {
		return Usage{Processes: len(pids)}
	}
	var u Usage
	for _, pid := range pids {
		dir := fmt.Sprintf("/proc/%d", pid)
		state, threads, resident := readStat(dir + "/stat")
		u.Processes += threads
		if state == "Z" {
			u.Zombies++
		}
		u.Memory += resident
		if files {
			fds, _ := os.ReadDir(dir + "/fd")
			u.Descriptors += len(fds)
		}
	}
	return u
}

// readStat reads a process's state, its number of threads, and how many bytes of
// memory it uses: fields 3, 20 and 24 of proc_pid_stat(5), of which the second, a
// name in brackets, may hold anything.
func readStat(file string) (state string, threads int, resident int64) {
	stat, _ := os.ReadFile(file)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 22 {
		return "", 0, 0 // it has ended
	}
	threads, _ = strconv.Atoi(fields[17])
	pages, _ := strconv.ParseInt(fields[21], 10, 64)
	return fields[0], threads, pages * int64(syscall.Getpagesize())
}
