package sandbox

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// view is which files of the machine the programs of a box get to see.
type view struct {
	Rooted  bool     `json:"rooted"`            // by mounts; otherwise by Landlock
	Dir     place    `json:"dir"`               // the submission's folder; empty where there is nothing to protect
	Keep    bool     `json:"keep,omitempty"`    // what is written there stays
	Show    []place  `json:"show,omitempty"`    // to read
	Links   []place  `json:"links,omitempty"`   // symbolic links into what is shown
	Hide    []string `json:"hide,omitempty"`    // even where they lie in what is shown
	Scratch string   `json:"scratch,omitempty"` // where not rooted: the box's own folder on the disk
}

// place is where a file is seen, and where it really is, or a link leads.
type place struct {
	At   string `json:"at"`
	From string `json:"from"`
	Copy bool   `json:"copy,omitempty"` // a file that others than its owner cannot read: a copy is shown
}

// systemFolders are what programs in any language may need.
var systemFolders = []string{
	"/usr", "/bin", "/etc", "/gnu", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/opt", "/sbin", "/snap", "/sys",
}

// interpreters are programs that a submission's own may start, and that often are links
// to a place of their own.
var interpreters = []string{"python3", "python", "java", "node", "deno", "bun", "ruby", "perl", "php", "dotnet", "go"}

// newView decides what a room shows: the system's folders; those of PATH, with the
// folder above a bin, where its libraries are; and the files that the command names.
func newView(r Room, rooted bool) (view, error) {
	dir, err := filepath.Abs(r.Dir)
	if err != nil {
		return view{}, fmt.Errorf("find the submission: %w", err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return view{}, fmt.Errorf("find the submission: %w", err)
	}
	v := view{Rooted: rooted, Keep: r.Keep}
	if dir != "/" {
		v.Dir = place{At: dir, From: real}
	}
	v.hideFor(r)
	v.showSystem()
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		v.showProgram(folder)
	}
	for _, name := range slices.Concat(r.Command[:min(1, len(r.Command))], interpreters) {
		if path, err := exec.LookPath(name); err == nil && filepath.IsAbs(path) {
			v.showFile(path)
		}
	}
	for _, word := range r.Command {
		if !filepath.IsAbs(word) {
			word = filepath.Join(dir, word)
		}
		v.showFile(word)
	}
	return v, nil
}

// hideFor hides what the room says, and the submission's neighbours.
func (v *view) hideFor(r Room) {
	for _, folder := range r.Hide {
		if full, err := filepath.Abs(folder); err == nil && full != "/" {
			v.Hide = append(v.Hide, full)
		}
	}
	if parent := filepath.Dir(v.Dir.At); len(parent) > 1 && !slices.Contains(systemFolders, parent) {
		v.Hide = append(v.Hide, parent)
	}
}

func (v *view) showSystem() {
	for _, folder := range systemFolders {
		real, err := filepath.EvalSymlinks(folder)
		switch {
		case err != nil: // this system has none
		case real != folder && v.shown(real):
			v.Links = append(v.Links, place{At: folder, From: real})
		default:
			v.Show = append(v.Show, place{At: folder, From: real})
		}
	}
}

// showFile shows a file that the command names, where there is one, with its
// neighbours and with what its real place needs. What lies in the submission is
// shown with it, and a link there leads nowhere else.
func (v *view) showFile(path string) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || within(path, v.Dir.At) {
		return
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return
	case info.Mode().IsRegular() && !forAll(info, 0o004) && info.Size() <= maxCopy:
		v.Show = append(v.Show, place{At: path, From: real, Copy: true})
	case info.IsDir():
		v.add(path)
		return
	}
	wider := path
	if info, err = os.Stat(filepath.Dir(path)); err == nil && forAll(info, 0o005) {
		wider = v.widest(path, filepath.Dir(path))
	}
	v.add(wider)
	if real != path {
		v.showProgram(filepath.Dir(real))
	}
}

// showProgram shows a folder of programs.
func (v *view) showProgram(folder string) {
	if !filepath.IsAbs(folder) {
		return
	}
	folder = filepath.Clean(folder)
	switch filepath.Base(folder) {
	case "bin", "sbin", "shims":
		v.add(v.widest(folder, filepath.Dir(folder)))
	default:
		v.add(folder)
	}
}

// widest is the wider of two paths, unless too much lies in it.
func (v *view) widest(path, wider string) string {
	if v.broad(wider) {
		return path
	}
	return wider
}

// add shows a path that is there and is not shown anyway.
func (v *view) add(path string) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || v.broad(path) && isFolder(path) || within(path, v.Dir.At) {
		return
	}
	if !v.shown(path) || v.hidden(path) {
		v.Show = append(v.Show, place{At: path, From: real})
	}
}

func (v *view) shown(path string) bool {
	return slices.ContainsFunc(append(v.Links, v.Show...), func(p place) bool { return within(path, p.At) })
}

func (v *view) hidden(path string) bool {
	return slices.ContainsFunc(v.Hide, func(h string) bool { return within(path, h) })
}

// broad reports whether a folder holds more than programs: somebody's home, or
// something that is to be hidden.
func (v *view) broad(folder string) bool {
	if filepath.Dir(folder) == "/home" || filepath.Base(folder) == ".local" {
		return true
	}
	home, _ := os.UserHomeDir()
	others := []string{cmp.Or(home, "/root"), os.TempDir(), "/home", "/root", "/tmp", "/var", "/run", v.Dir.At}
	return slices.ContainsFunc(append(others, v.Hide...), func(o string) bool { return o != "" && within(o, folder) })
}

// within reports whether path is folder or lies in it; nothing lies in "".
func within(path, folder string) bool {
	return path == folder || folder == "/" || folder != "" && strings.HasPrefix(path, folder+"/")
}

// forAll reports whether the user that programs run as has these rights, if that
// is another user than the grader.
func forAll(info os.FileInfo, rights os.FileMode) bool {
	return !droppable() || info.Mode()&rights == rights
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
