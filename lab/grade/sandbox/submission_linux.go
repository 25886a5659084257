package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// Programs run in a copy of the submission's folder, so that they may write there
// and leave nothing. A folder that is too large to be copied is shown through an
// overlay, or read-only.

const (
	maxCopy      = 16 << 20 // bytes
	maxCopyFiles = 2000
)

var errTooLarge = errors.New("too large to be copied")

// mountSubmission puts the copy where the folder itself was.
func (i *initProcess) mountSubmission() error {
	dir := i.setup.View.Dir
	i.dir = cmp.Or(dir.At, "/")
	if dir.At == "" {
		return nil
	}
	if i.setup.View.Keep {
		return i.mountItself()
	}
	err := i.copyFolder(oldRoot+dir.From, scratch("submission"))
	if err == nil {
		return bindMount(scratch("submission"), dir.At)
	}
	if !errors.Is(err, errTooLarge) {
		return fmt.Errorf("copy the submission: %w", err)
	}
	if err := RemoveAll(scratch("submission")); err != nil {
		return err
	}
	if i.overlay(oldRoot+dir.From, dir.At) == nil {
		return nil
	}
	return show(oldRoot+dir.From, dir.At)
}

// mountItself puts the folder itself where it was, for programs to write there.
func (i *initProcess) mountItself() error {
	dir := i.setup.View.Dir
	if err := i.giveAll(oldRoot + dir.From); err != nil {
		return err
	}
	if err := bindMount(oldRoot+dir.From, dir.At); err != nil {
		return err
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	return unix.MountSetattr(unix.AT_FDCWD, dir.At, 0, &attr)
}

// giveAll makes programs the owner of a folder and of all in it.
func (i *initProcess) giveAll(folder string) error {
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, i.give(path))
	})
}

// overlay shows a folder; what is written there lies in the private memory.
func (i *initProcess) overlay(from, at string) error {
	if err := makePlace(at, true); err != nil {
		return err
	}
	for _, folder := range []string{"upper", "work"} {
		if err := os.Mkdir(scratch(folder), 0o755); err != nil {
			return err
		}
		if err := i.give(scratch(folder)); err != nil {
			return err
		}
	}
	lower, err := unix.Open(from, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(lower) }()
	// By number, since a name may hold what separates options.
	options := fmt.Sprintf("lowerdir=/proc/self/fd/%d,upperdir=%s,workdir=%s,userxattr",
		lower, scratch("upper"), scratch("work"))
	return unix.Mount("overlay", at, "overlay", unix.MS_NOSUID|unix.MS_NODEV, options)
}

// give makes programs the owner of a file.
func (i *initProcess) give(path string) error {
	if !i.setup.Drop {
		return nil
	}
	return os.Lchown(path, nobody, nobody)
}

// copyFolder copies files, folders and links; what else there may be is left out.
func (i *initProcess) copyFolder(from, to string) error {
	var bytes int64
	files := 0
	var folders []string
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(from, path)
		if errors.Is(err, fs.ErrPermission) && name != "." {
			return nil // nobody could read it in its place either
		}
		if err != nil {
			return err
		}
		if path == i.setup.View.Scratch {
			return fs.SkipDir // the copy itself, where the submission is the folder of temporary ones
		}
		if d.IsDir() && name != "." && slices.Contains(i.setup.View.Hide, filepath.Join(i.setup.View.Dir.At, name)) {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if files++; d.Type().IsRegular() {
			bytes += info.Size()
		}
		if files > maxCopyFiles || bytes > maxCopy {
			return errTooLarge
		}
		if d.IsDir() {
			folders = append(folders, name)
		}
		return i.copyOne(path, filepath.Join(to, name), info)
	})
	// Their times last, which change with every file in them.
	for _, name := range slices.Backward(folders) {
		if info, err := os.Stat(filepath.Join(from, name)); err == nil {
			_ = os.Chtimes(filepath.Join(to, name), info.ModTime(), info.ModTime())
		}
	}
	return err
}

func (i *initProcess) copyOne(from, to string, info fs.FileInfo) error {
	var err error
	switch info.Mode().Type() {
	case 0:
		err = copyFile(from, to, info)
	case fs.ModeDir:
		err = os.Mkdir(to, info.Mode().Perm()|0o700)
	case fs.ModeSymlink:
		var target string
		if target, err = os.Readlink(from); err == nil {
			err = os.Symlink(target, to)
		}
	default:
		return nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return errors.Join(err, i.give(to))
}

// copyFile copies a file with its rights and time, by which make decides.
func copyFile(from, to string, info fs.FileInfo) error {
	source, err := os.OpenFile(from, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(target, io.LimitReader(source, maxCopy))
	err = errors.Join(err, target.Close(), os.Chmod(to, info.Mode().Perm()))
	return errors.Join(err, os.Chtimes(to, info.ModTime(), info.ModTime()))
}
