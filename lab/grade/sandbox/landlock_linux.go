package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Where a box has no file system of its own, Landlock bounds which of the machine's
// files its programs can open (landlock(7)). It also keeps them from tracing and,
// on newer kernels, from signalling processes outside of the box.

// landlockScopes is the version that bounds signals and abstract sockets (6.12).
const landlockScopes = 6

// What the rules allow.
const (
	landlockRead  = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	landlockFile  = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	landlockAll   = unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1 // what version 1 knows
	landlockWrite = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
)

// landlock is a set of rules; a nil one bounds nothing.
type landlock struct {
	fd      int
	handled uint64
}

// landlockVersion is the kernel's version of Landlock; 0 where there is none.
var landlockVersion = sync.OnceValue(func() int {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
})

// newLandlock bounds signals and, where asked to, files. It is nil where the kernel
// cannot; the box's warnings say so.
func newLandlock(version int, files bool) (*landlock, error) {
	var attr unix.LandlockRulesetAttr
	if version >= landlockScopes {
		attr.Scoped = unix.LANDLOCK_SCOPE_SIGNAL | unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
	}
	if files {
		attr.Handled_access_fs = fileAccess(version)
	}
	if attr == (unix.LandlockRulesetAttr{}) {
		return nil, nil
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return nil, fmt.Errorf("make rules of Landlock: %w", errno)
	}
	unix.CloseOnExec(int(fd))
	return &landlock{fd: int(fd), handled: attr.Handled_access_fs}, nil
}

// fileAccess is what a version of Landlock can forbid about files.
func fileAccess(version int) uint64 {
	switch version {
	case 0:
		return 0
	case 1:
		return landlockAll
	case 2:
		return landlockAll | unix.LANDLOCK_ACCESS_FS_REFER
	}
	return landlockAll | unix.LANDLOCK_ACCESS_FS_REFER | unix.LANDLOCK_ACCESS_FS_TRUNCATE
}

// allow allows access to a path and what lies in it.
func (l *landlock) allow(path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil // what cannot be found needs no rule
	}
	defer func() { _ = unix.Close(fd) }()
	if !isFolder(path) {
		access &= landlockFile | landlockWrite | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access & l.handled, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(l.fd), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("bound files by Landlock: %s: %w", path, errno)
	}
	return nil
}

// allowBut allows to read a path, but none of those that are hidden in it.
func (l *landlock) allowBut(path string, hidden []string) error {
	if slices.Contains(hidden, path) {
		return nil
	}
	if !slices.ContainsFunc(hidden, func(h string) bool { return within(h, path) }) {
		return l.allow(path, landlockRead)
	}
	entries, _ := os.ReadDir(path) // what cannot be read needs no rule
	var errs []error
	for _, e := range entries {
		errs = append(errs, l.allowBut(filepath.Join(path, e.Name()), hidden))
	}
	return errors.Join(errs...)
}

// enter bounds the calling thread, and all that it starts.
func (l *landlock) enter() error {
	if l == nil {
		return nil
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(l.fd), 0, 0); errno != 0 {
		return fmt.Errorf("bound files by Landlock: %w", errno)
	}
	return nil
}

// newDomain makes the box's folders on the disk, and the rules.
func (i *initProcess) newDomain() error {
	v := i.setup.View
	if err := os.Chmod(v.Scratch, 0o711); err != nil {
		return err
	}
	if err := errors.Join(os.Mkdir(v.home(), 0o700), i.give(v.home())); err != nil {
		return err
	}
	if err := i.copySubmission(); err != nil {
		return err
	}
	i.onDisk.Store(bytesIn(v.Scratch))
	i.filter = refuse()
	rules, err := newLandlock(i.setup.Landlock, true)
	if err != nil || rules == nil {
		return err
	}
	i.rules = rules
	errs := []error{
		rules.allow(v.home(), rules.handled), rules.allow(v.copied(), rules.handled),
		rules.allow("/proc", landlockRead), rules.allow(v.Dir.From, landlockRead),
	}
	if v.Keep {
		errs = append(errs, rules.allow(v.Dir.From, rules.handled))
	}
	for _, name := range devices {
		errs = append(errs, rules.allow("/dev/"+name, landlockWrite))
	}
	for _, p := range v.Show {
		errs = append(errs, rules.allowBut(p.From, v.Hide))
	}
	return errors.Join(errs...)
}

// copySubmission has programs start in a copy, or where it is too large in the
// folder itself, which they cannot write.
func (i *initProcess) copySubmission() error {
	v := i.setup.View
	i.dir = cmp.Or(v.Dir.At, "/")
	if v.Dir.At == "" {
		return nil
	}
	if v.Keep {
		return i.giveAll(v.Dir.From)
	}
	switch err := i.copyFolder(v.Dir.From, v.copied()); {
	case errors.Is(err, errTooLarge):
		return RemoveAll(v.copied())
	case err != nil:
		return fmt.Errorf("copy the submission: %w", err)
	}
	i.dir = v.copied()
	return nil
}

// Where the box's folders are on the disk.
func (v *view) home() string   { return filepath.Join(v.Scratch, "home") }
func (v *view) copied() string { return filepath.Join(v.Scratch, "submission") }

// openToAll reports whether every user can pass to all that the view shows, and to
// the box's own folder. Where not, nobody could run the program.
func (v *view) openToAll(scratch string) bool {
	paths := []string{scratch}
	if v.Keep {
		paths = append(paths, v.Dir.From)
	}
	for _, p := range v.Show {
		if p.Copy {
			return false
		}
		paths = append(paths, p.From)
	}
	return !slices.ContainsFunc(paths, func(path string) bool { return !passable(filepath.Dir(path)) })
}

// passable reports whether every user can pass through a folder, and those above it.
func passable(folder string) bool {
	info, err := os.Stat(folder)
	if err != nil || info.Mode()&1 == 0 {
		return false
	}
	return folder == "/" || passable(filepath.Dir(folder))
}
