package wire

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// timerFile is an alarm made of a timer of the kernel, which is late by some
// 50 µs, where Go's timers round up to a millisecond. A goroutine that waits for it
// keeps neither a thread nor a processor of Go's from others.
type timerFile struct {
	fd   int // of file, for set
	file *os.File
	open bool
}

// newAlarm is the finest alarm that the system has.
func newAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return newTimer() // no file left: later is better than never
	}
	return &timerFile{fd: fd, file: os.NewFile(uintptr(fd), "timer"), open: true}
}

// set and close are called under the direction's lock, so fd is still ours.
func (t *timerFile) set(d time.Duration) {
	if !t.open {
		return
	}
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(d), 1))} // 0 would switch it off
	_ = unix.TimerfdSettime(t.fd, 0, &at, nil)                          // fails only for what is no timer
}

func (t *timerFile) wait() bool {
	var rings [8]byte // how often it rang
	_, err := t.file.Read(rings[:])
	return err == nil
}

func (t *timerFile) close() {
	t.open = false
	_ = t.file.Close() // nothing was written
}
