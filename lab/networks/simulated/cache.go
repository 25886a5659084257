//go:build !wasip1

package simulated

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/tetratelabs/wazero"
)

// cacheFolder is the folder of the lab's own in the user's cache folder.
const cacheFolder = "echolab-simulated"

// kept is how many programs, and how many translations, the cache keeps: the
// last ones that were used. One of each is some 80 MB.
const kept = 3

// cache keeps what was made once. Where there is no folder for it, everything
// is made anew each time.
type cache struct {
	folder string // "" where nothing can be kept
}

// openCache finds the user's cache folder and makes sure that it can be written
// to.
func openCache() *cache {
	user, err := os.UserCacheDir()
	if err != nil {
		return &cache{}
	}
	folder := filepath.Join(user, cacheFolder)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return &cache{}
	}
	probe, err := os.CreateTemp(folder, "probe-*")
	if err != nil {
		return &cache{}
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return &cache{folder: folder}
}

// lock keeps other processes from making the same thing at the same time.
func (c *cache) lock() (unlock func()) {
	if c.folder == "" {
		return func() {}
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(c.folder, "lock")).Lock()
	if err != nil {
		return func() {} // then perhaps it is made twice
	}
	return unlock
}

// program is the one with that key. If it is not kept, build makes the file.
func (c *cache) program(key string, build func(file string) error) ([]byte, error) {
	if c.folder == "" {
		return buildAside(os.TempDir(), build)
	}
	file := filepath.Join(c.folder, "program-"+key+".wasm")
	if b, err := os.ReadFile(file); err == nil {
		use(file)
		return b, nil
	}
	b, err := buildAside(c.folder, build)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file+".new", b, 0o666); err == nil {
		_ = os.Rename(file+".new", file)
	}
	c.prune("program-*.wasm")
	return b, nil
}

// buildAside builds into a folder of its own, which is gone afterwards.
func buildAside(where string, build func(file string) error) ([]byte, error) {
	folder, err := os.MkdirTemp(where, "building-*")
	if err != nil {
		return nil, fmt.Errorf("make room for the program: %w", err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // what stays is in a folder for temporary files
	file := filepath.Join(folder, "guest.wasm")
	if err := build(file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// code is where the translation of a program is kept, and whether it is there;
// nil where nothing can be kept.
func (c *cache) code(program []byte) (code wazero.CompilationCache, known bool) {
	if c.folder == "" {
		return nil, false
	}
	sum := sha256.Sum256(program)
	folder := filepath.Join(c.folder, "code-"+hex.EncodeToString(sum[:16]))
	code, err := wazero.NewCompilationCacheWithDir(folder)
	if err != nil {
		return nil, false
	}
	translations, _ := filepath.Glob(filepath.Join(folder, "*", "*"))
	use(folder)
	c.prune("code-*")
	return code, len(translations) > 0
}

// use marks something as used now.
func use(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now) // then it is only forgotten sooner
}

// prune removes all of one kind but those that were used last.
func (c *cache) prune(pattern string) {
	all, _ := filepath.Glob(filepath.Join(c.folder, pattern))
	if len(all) <= kept {
		return
	}
	used := map[string]time.Time{}
	for _, path := range all {
		if info, err := os.Stat(path); err == nil {
			used[path] = info.ModTime()
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(used[b].UnixNano(), used[a].UnixNano()) })
	for _, path := range all[kept:] {
		_ = os.RemoveAll(path) // it is tried again next time
	}
}
