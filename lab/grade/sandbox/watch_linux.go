package sandbox

import (
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
		limit := i.limit
		i.mu.Unlock()
		if ok {
			exit := exitOf(status, limit)
			_ = i.channel.send(report{Number: number, Exit: &exit}) // a box that is gone does not ask
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
		usage := treeUsage("self", false)
		limit := ""
		switch {
		case usage.Processes > i.setup.Limits.Processes:
			limit = LimitProcesses
		case usage.Memory > i.setup.Limits.Memory:
			limit = LimitMemory
		default:
			continue
		}
		i.mu.Lock()
		i.limit = limit
		i.mu.Unlock()
		i.killAll()
	}
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
// one call reaches all; otherwise the tree is walked until nothing is left,
// since a tree may grow while it is felled.
func (i *initProcess) killAll() {
	if i.setup.Processes {
		_ = unix.Kill(-1, unix.SIGKILL)
		return
	}
	for range 1000 {
		pids := descendants("self")
		for _, pid := range pids {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		i.collectAll()
		if len(descendants("self")) == 0 {
			return
		}
		time.Sleep(time.Millisecond) // until the kernel has ended them; looked at again above
	}
}

// descendants are the processes below one, found by /proc/PID/task/TID/children.
func descendants(root string) []int {
	var found []int
	queue := []string{root}
	for len(queue) > 0 {
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

// treeUsage adds up what the processes below root use. Processes that end
// meanwhile count as nothing.
func treeUsage(root string, files bool) Usage {
	var u Usage
	for _, pid := range descendants(root) {
		dir := fmt.Sprintf("/proc/%d", pid)
		tasks, _ := os.ReadDir(dir + "/task")
		u.Processes += len(tasks)
		u.Memory += resident(dir)
		if files {
			fds, _ := os.ReadDir(dir + "/fd")
			u.Descriptors += len(fds)
		}
	}
	return u
}

// resident is the second field of statm, pages of memory in use (proc(5)).
func resident(dir string) int64 {
	statm, _ := os.ReadFile(dir + "/statm")
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(syscall.Getpagesize())
}
