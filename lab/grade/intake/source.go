package intake

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"echolab/lab/text"
)

// entry is one file, folder or other thing that was handed in.
type entry struct {
	name string // as it stands there, with slashes
	mode fs.FileMode
	link string // where a symbolic link leads
	open func() (io.ReadCloser, error)
}

// source calls take for every entry until there is an error.
type source func(take func(entry) error) error

// archives are the endings of what can be unpacked; others are known to be archives only.
var (
	archives = map[string]func(file string) source{
		".zip": zipped, ".tar": tarred, ".tar.gz": tarred, ".tgz": tarred,
	}
	unreadable = []string{".7z", ".rar", ".egg", ".alz", ".tar.xz", ".tar.bz2", ".xz", ".gz", ".bz2"}
)

// IsArchive reports whether a file's name is that of an archive, also of one that cannot be
// unpacked here, and what the name is without the ending.
func IsArchive(name string) (stem string, ok bool) {
	ending := archiveEnding(name)
	return name[:len(name)-len(ending)], ending != ""
}

// archiveEnding is the ending of an archive's name, the longest that fits, or "".
func archiveEnding(name string) string {
	found := ""
	lower := strings.ToLower(name)
	check := func(ending string) {
		if strings.HasSuffix(lower, ending) && len(ending) > len(found) && len(ending) < len(name) {
			found = ending
		}
	}
	for ending := range archives {
		check(ending)
	}
	for _, ending := range unreadable {
		check(ending)
	}
	return found
}

// open finds out what was handed in.
func open(from string) (source, error) {
	info, err := os.Stat(from)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return folder(from), nil
	}
	ending := archiveEnding(from)
	unpack, ok := archives[ending]
	switch {
	case !ok:
		return nil, refusef("a file %s cannot be unpacked here; a .zip can", text.Quote(ending))
	case info.Size() > MostBytes:
		return nil, refusef("it has more than %d MiB", MostBytes>>20)
	}
	return unpack(from), nil
}

// folder reads a folder in the order of the names. No link in it is followed.
func folder(from string) source {
	return func(take func(entry) error) error {
		dir, err := filepath.EvalSymlinks(from)
		if err != nil {
			return err
		}
		return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if path == dir {
				return err
			}
			name, relative := filepath.Rel(dir, path)
			if relative != nil {
				return relative
			}
			e := entry{name: filepath.ToSlash(name), mode: d.Type()}
			e.open = func() (io.ReadCloser, error) { return os.Open(path) }
			if info, err := d.Info(); err == nil {
				e.mode = info.Mode()
			}
			if e.mode.Type() == fs.ModeSymlink {
				e.link, _ = os.Readlink(path)
			}
			if err != nil { // a folder that may not be read
				e.open, e.mode = func() (io.ReadCloser, error) { return nil, err }, 0
			}
			err = take(e)
			switch {
			case errors.Is(err, errLeftOut) && d.IsDir():
				return fs.SkipDir
			case errors.Is(err, errLeftOut):
				return nil
			}
			return err
		})
	}
}

// errLeftOut is what take says of what is of no interest, of a folder with all that is in it.
var errLeftOut = errors.New("left out")

// zipped reads a zip file.
func zipped(file string) source {
	return func(take func(entry) error) error {
		r, err := zip.OpenReader(file)
		if err != nil {
			return refusef("the archive cannot be read: %v", err)
		}
		defer r.Close() //nolint:errcheck // it was only read
		for _, f := range r.File {
			e := entry{name: f.Name, mode: f.Mode(), open: f.Open}
			if f.Flags&1 != 0 {
				return refusef("the archive is locked with a password")
			}
			if e.mode.Type() == fs.ModeSymlink {
				e.link = linkOf(f)
			}
			if strings.HasSuffix(e.name, "/") {
				e.mode |= fs.ModeDir
			}
			if err := take(e); err != nil && !errors.Is(err, errLeftOut) {
				return err
			}
		}
		return nil
	}
}

// linkOf is where a symbolic link in a zip file leads: its content.
func linkOf(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close() //nolint:errcheck // it was only read
	target, _ := io.ReadAll(io.LimitReader(r, 1000))
	return string(target)
}

// tarred reads a tar file, packed with gzip or not.
func tarred(file string) source {
	return func(take func(entry) error) error {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // it was only read
		var in io.Reader = f
		if !strings.HasSuffix(strings.ToLower(file), ".tar") {
			if in, err = gzip.NewReader(f); err != nil {
				return refusef("the archive cannot be read: %v", err)
			}
		}
		// What is skipped is unpacked, too.
		return eachTarred(tar.NewReader(io.LimitReader(in, 2*MostBytes)), take)
	}
}

func eachTarred(r *tar.Reader, take func(entry) error) error {
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refusef("the archive cannot be read: %v", err)
		}
		e := entry{name: h.Name, mode: h.FileInfo().Mode(), link: h.Linkname}
		e.open = func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
		if h.Typeflag == tar.TypeLink {
			e.mode |= fs.ModeSymlink // a hard link to whatever the name stands for
		}
		if err := take(e); err != nil && !errors.Is(err, errLeftOut) {
			return err
		}
	}
}

// systemFiles are what systems and editors leave behind. Nobody means to hand them in.
var systemFiles = []string{"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git", "__pycache__"}

// ofSystem reports whether nobody means to hand that in.
func ofSystem(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return slices.Contains(systemFiles, part) || strings.HasPrefix(part, "._")
	})
}

// String is the entry as a sentence names it.
func (e entry) String() string {
	if e.mode.Type() == fs.ModeSymlink {
		return fmt.Sprintf("%s -> %s", e.name, e.link)
	}
	return e.name
}
