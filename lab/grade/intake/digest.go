package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Digest tells one submission from another: names, rights and contents of all that was
// handed in, but no times. Nothing beyond the bounds of a submission is read.
func Digest(from string) (string, error) {
	sum := sha256.New()
	info, err := os.Stat(from)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		_, err := digestFile(sum, from, info.Size())
		return hex.EncodeToString(sum.Sum(nil)), err
	}
	if err := digestFolder(sum, from); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func digestFolder(sum hash.Hash, from string) error {
	left, entries := int64(MostBytes)+1, 0
	return folder(from)(func(e entry) error {
		if entries++; ofSystem(e.name) {
			return errLeftOut
		}
		if entries > 2*MostFiles || left <= 0 {
			return fs.SkipAll // it will be refused, whatever follows
		}
		_, _ = fmt.Fprintf(sum, "%q %v %v %q\n", e.name, e.mode.Type(), e.mode&0o111 != 0, e.link)
		if !e.mode.IsRegular() {
			return nil
		}
		n, err := digestFile(sum, filepath.Join(from, filepath.FromSlash(e.name)), left)
		left -= n
		_, _ = fmt.Fprintf(sum, "\n%d %v\n", n, err != nil)
		return nil
	})
}

// digestFile reads at most so many bytes of a file.
func digestFile(sum hash.Hash, file string, most int64) (int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return io.Copy(sum, io.LimitReader(f, min(most, MostBytes+1)))
}
