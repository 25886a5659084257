package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestView: of what lies in PATH a program sees the folder above a bin, where its
// libraries are, but never a home, or something that is to be hidden.
func TestView(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	for _, folder := range []string{
		home + "/bin", home + "/.local/bin", home + "/venv/bin", home + "/.pyenv/shims", home + "/tools",
		home + "/class/kim", elsewhere + "/python/bin", elsewhere + "/course/bin", elsewhere + "/course/solutions",
	} {
		must(t, os.MkdirAll(folder, 0o755))
	}
	writeFile(t, elsewhere+"/python/bin/python3", "", 0o755)
	must(t, os.Symlink(elsewhere+"/python/bin/python3", home+"/venv/bin/python3"))
	writeFile(t, home+"/class/lee.py", "", 0o644)
	must(t, os.Symlink(home+"/class/lee.py", home+"/class/kim/link.py"))
	path := []string{
		home + "/bin", home + "/.local/bin", home + "/venv/bin", home + "/.pyenv/shims", home + "/tools", "relative",
		home + "/missing", elsewhere + "/course/bin", "/usr/bin",
	}
	t.Setenv("PATH", join(path))
	v, err := newView(Room{
		Dir: home + "/class/kim", Hide: []string{elsewhere + "/course/solutions"}, Command: []string{"python3", "link.py"},
	}, true)
	must(t, err)
	var shown []string
	for _, p := range v.Show {
		if !slices.Contains(systemFolders, p.At) {
			shown = append(shown, p.At)
		}
	}
	slices.Sort(shown)
	want := []string{
		home + "/.local/bin", home + "/.pyenv", home + "/bin", home + "/tools", home + "/venv",
		elsewhere + "/course/bin", elsewhere + "/python",
	}
	slices.Sort(want)
	if !slices.Equal(shown, want) {
		t.Errorf("shown\n%q, want\n%q", shown, want)
	}
}

func join(path []string) string {
	var list string
	for _, folder := range path {
		list += folder + string(filepath.ListSeparator)
	}
	return list
}

// TestHidden: what is to be hidden is, even in a folder of the system.
func TestHidden(t *testing.T) {
	const folder = "/usr/share"
	if names := list(t, folder); names == "" {
		t.Skip("there is nothing to hide")
	}
	eachRoom(t, Room{Dir: t.TempDir(), Hide: []string{folder}}, func(t *testing.T, b *Box) {
		if !b.plan.rooted && landlockVersion() == 0 {
			t.Skip("files are not closed off here")
		}
		if got := say(t, b, "ls "+folder+" 2>/dev/null; ls -d /usr/bin"); got != "/usr/bin" {
			t.Errorf("seen: %q, want /usr/bin alone", got)
		}
	})
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path, folder string
		want         bool
	}{
		{"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false}, {"/a", "/", true}, {"/a", "", false}, {"/a", "/a/b", false},
	} {
		if got := within(c.path, c.folder); got != c.want {
			t.Errorf("within(%q, %q) = %v", c.path, c.folder, got)
		}
	}
}
