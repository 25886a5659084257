package sandbox

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Memory that belongs to no process, since it lies in files: those that programs
// write, System V segments, and anonymous files (memfd_create). What is mapped, too,
// counts twice.

// sharedMemory is the bytes of it that a box's processes hold.
func (i *initProcess) sharedMemory(pids []int) int64 {
	sum := max(0, i.written()-i.copied)
	if i.setup.Processes {
		segments, _ := os.ReadFile("/proc/sysvipc/shm")
		sum += segmentBytes(string(segments))
	}
	return sum + anonymousBytes(pids)
}

// written is how many bytes lie in the files of the box. Where they lie on the disk
// they count as well, but are not looked at each time.
func (i *initProcess) written() int64 {
	if !i.setup.View.Rooted {
		return i.onDisk.Load()
	}
	var s unix.Statfs_t
	if unix.Statfs(homeFolder, &s) != nil {
		return 0
	}
	return int64(s.Blocks-s.Bfree) * s.Bsize
}

// diskEvery is how often files on the disk are added up.
const diskEvery = 500 * time.Millisecond

func (i *initProcess) watchDisk() {
	for range time.Tick(diskEvery) {
		i.onDisk.Store(bytesIn(i.setup.View.Scratch))
	}
}

// bytesIn adds up the files of a folder on the disk, each as a block at least.
func bytesIn(folder string) int64 {
	const block = 4096
	var sum int64
	_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // it has gone
		}
		if info, err := d.Info(); err == nil {
			sum += max(block, info.Sys().(*syscall.Stat_t).Blocks*512)
		}
		return nil
	})
	return sum
}

// segmentBytes adds up the column rss of /proc/sysvipc/shm.
func segmentBytes(table string) int64 {
	var sum int64
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) == 16 {
			bytes, _ := strconv.ParseInt(fields[14], 10, 64) // a title counts as nothing
			sum += bytes
		}
	}
	return sum
}

// anonymousDevice is where anonymous files lie.
var anonymousDevice = sync.OnceValue(func() uint64 {
	fd, err := unix.MemfdCreate("", unix.MFD_CLOEXEC)
	if err != nil {
		return 0
	}
	defer func() { _ = unix.Close(fd) }()
	var s unix.Stat_t
	_ = unix.Fstat(fd, &s) // 0 is no device
	return s.Dev
})

// anonymousBytes adds up the anonymous files that processes have open, each once.
func anonymousBytes(pids []int) int64 {
	seen := map[uint64]bool{}
	var sum int64
	for _, pid := range pids {
		dir := fmt.Sprintf("/proc/%d/fd", pid)
		files, _ := os.ReadDir(dir) // it may have ended
		for _, file := range files {
			var s unix.Stat_t
			if unix.Stat(dir+"/"+file.Name(), &s) == nil && s.Dev == anonymousDevice() && !seen[s.Ino] {
				seen[s.Ino] = true
				sum += s.Blocks * 512
			}
		}
	}
	return sum
}
