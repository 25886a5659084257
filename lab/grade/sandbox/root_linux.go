package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// How the first process of a box makes it a file system of its own: a new root in
// memory, into which what may be seen is mounted read-only, and a private place
// in the same memory for all that programs write.

const (
	scratchMount = "/proc"         // where that memory is mounted until the root has changed: nothing is needed there
	oldRoot      = "/.old"         // where the machine's root is until the box's is complete
	homeFolder   = "/home/program" // HOME
	scratchFiles = 16 << 10        // files that fit, each of which takes memory of the kernel, too
)

// private maps what programs can write to the folders that hold it.
var private = []struct{ at, from string }{
	{"/tmp", "tmp"}, {"/var/tmp", "vartmp"}, {"/dev/shm", "shm"}, {homeFolder, "home"},
}

// devices are those that a program may expect.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

// newRoot gives the box its root. In the end the machine's own cannot be reached.
func (i *initProcess) newRoot() error {
	if err := i.changeRoot(); err != nil {
		return err
	}
	var places []string // that become read-only at the end, being in memory
	steps := []func() error{
		mountProcesses, i.freezeSettings, mountDevices, mountPrivate,
		func() (err error) { places, err = i.mountView(); return err },
		i.mountSubmission,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	if err := unix.Unmount(oldRoot, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the machine's root: %w", err)
	}
	_ = os.Remove(oldRoot)
	for _, place := range append(places, "/") {
		if err := readOnly(place, 0); err != nil {
			return err
		}
	}
	return nil
}

// changeRoot makes an empty folder in memory the root.
func (i *initProcess) changeRoot() error {
	if err := privateMounts(); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	bounds := fmt.Sprintf("mode=755,size=%d,nr_inodes=%d", i.setup.Limits.Memory/2+maxCopy, scratchFiles)
	if err := unix.Mount("tmpfs", scratchMount, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, bounds); err != nil {
		return fmt.Errorf("mount private memory: %w", err)
	}
	root := scratchMount + "/root"
	if err := os.MkdirAll(root+oldRoot, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(root, root, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount the new root: %w", err)
	}
	if err := unix.PivotRoot(root, root+oldRoot); err != nil {
		return fmt.Errorf("change the root: %w", err)
	}
	return os.Chdir("/")
}

// privateMounts keeps mounts from reaching the machine.
func privateMounts() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") }

// scratch is a folder of the private memory, until the root is complete.
func scratch(name string) string { return filepath.Join(oldRoot, scratchMount, name) }

// mountProcesses shows the box its own processes only.
func mountProcesses() error {
	if err := os.MkdirAll("/proc", 0o755); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return nil
}

// settings are the places of /proc where root could set up the whole machine, even
// without privileges.
var settings = []string{"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"}

// freezeSettings makes them read-only, after the box's own are set.
func (i *initProcess) freezeSettings() error {
	limitIDs(i.setup)
	for _, place := range settings {
		if _, err := os.Stat(place); err != nil {
			continue // this kernel has none
		}
		if err := show(place, place); err != nil {
			return err
		}
	}
	return nil
}

func mountDevices() error {
	for _, name := range devices {
		if _, err := os.Stat(oldRoot + "/dev/" + name); err != nil {
			continue
		}
		if err := bindMount(oldRoot+"/dev/"+name, "/dev/"+name); err != nil {
			return err
		}
	}
	return errors.Join(
		os.Symlink("/proc/self/fd", "/dev/fd"), os.Symlink("/proc/self/fd/0", "/dev/stdin"),
		os.Symlink("/proc/self/fd/1", "/dev/stdout"), os.Symlink("/proc/self/fd/2", "/dev/stderr"),
	)
}

func mountPrivate() error {
	for _, p := range private {
		from := scratch(p.from)
		if err := os.Mkdir(from, 0o777); err != nil {
			return err
		}
		if err := os.Chmod(from, 0o777|os.ModeSticky); err != nil {
			return err
		}
		if err := bindMount(from, p.at); err != nil {
			return err
		}
	}
	return os.Mkdir("/run", 0o755)
}

// mountView mounts what the view shows, and covers what it hides there, outer
// folders first. It returns the covers.
func (i *initProcess) mountView() (covers []string, err error) {
	v := i.setup.View
	for _, link := range v.Links {
		if err := os.Symlink(link.From, link.At); err != nil {
			return nil, err
		}
	}
	places := slices.Clone(v.Show)
	for _, path := range v.Hide {
		places = append(places, place{At: path})
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.At, b.At) }) // a folder, then what lies in it
	for n, p := range places {
		switch {
		case p.Copy:
			err = i.showCopy(p, scratch("copy"+strconv.Itoa(n)))
		case p.From != "":
			err = show(oldRoot+p.From, p.At)
		case v.shown(p.At) && isFolder(p.At):
			covers = append(covers, p.At)
			err = cover(p.At, scratch("cover"+strconv.Itoa(n)))
		}
		if err != nil {
			return nil, err
		}
	}
	return covers, nil
}

// cover mounts an empty folder.
func cover(at, empty string) error {
	if err := os.Mkdir(empty, 0o755); err != nil {
		return err
	}
	return bindMount(empty, at)
}

// showCopy mounts a copy that programs can read.
func (i *initProcess) showCopy(p place, to string) error {
	info, err := os.Stat(oldRoot + p.From)
	if err != nil {
		return err
	}
	if err := copyFile(oldRoot+p.From, to, info); err != nil {
		return fmt.Errorf("copy %s: %w", p.At, err)
	}
	return errors.Join(i.give(to), show(to, p.At))
}

// show mounts a path of the machine, to be read.
func show(from, at string) error {
	if err := bindMount(from, at); err != nil {
		return err
	}
	return readOnly(at, unix.AT_RECURSIVE)
}

// bindMount mounts a file or a folder at a path, which is made where it is missing.
func bindMount(from, at string) error {
	if err := makePlace(at, isFolder(from)); err != nil {
		return fmt.Errorf("make a place for %s: %w", at, err)
	}
	if err := unix.Mount(from, at, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount %s: %w", at, err)
	}
	return nil
}

func makePlace(at string, folder bool) error {
	if _, err := os.Stat(at); err == nil {
		return nil
	}
	if folder {
		return os.MkdirAll(at, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	return os.WriteFile(at, nil, 0o444)
}

// readOnly forbids to write to a mount, and with AT_RECURSIVE to those in it.
func readOnly(at string, flags uint) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID}
	if err := unix.MountSetattr(unix.AT_FDCWD, at, flags, &attr); err != nil {
		return fmt.Errorf("make %s read-only: %w", at, err)
	}
	return nil
}
