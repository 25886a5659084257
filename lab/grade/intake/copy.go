package intake

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"unicode/utf8"

	"echolab/lab/text"
)

// copier copies entries into a folder that nothing leads out of.
type copier struct {
	root    *os.Root
	files   []string // that were taken, with slashes
	bytes   int64
	entries int
	refused []text.Message
	says    []text.Message
	decoded bool
}

// take takes one entry, or notes why not. Its error ends the intake.
func (c *copier) take(e entry) error {
	if c.entries++; c.entries > 2*MostFiles || len(c.files) >= MostFiles {
		return refusef("it has more than %d files", MostFiles)
	}
	var decoded bool
	if e.name, decoded = inUTF8(e.name); decoded && !c.decoded {
		c.decoded = true
		c.says = append(c.says, text.Say("its names are in code page 949 (CP949): decoded"))
	}
	name, ok := cleanName(e.name)
	switch {
	case ofSystem(name):
		return errLeftOut
	case e.mode.IsDir():
		return nil // made when there is a file for it
	case !ok:
		c.refusef("%s leads out of the folder, lies too deep, or is no name for a file: refused", quoted(e.name))
		return nil
	case e.mode.Type() == fs.ModeSymlink:
		c.refusef("link %s: refused", quoted(e.String()))
		return nil
	case !e.mode.IsRegular():
		c.refusef("%s is no regular file: refused", quoted(name))
		return nil
	}
	return c.copy(e, name)
}

func (c *copier) refusef(format text.Phrase, args ...any) {
	c.refused = append(c.refused, text.Sayf(format, args...))
}

// quoted shows a name that may hold anything.
func quoted(name string) string {
	if utf8.ValidString(name) && strconv.Quote(name) == `"`+name+`"` {
		return name
	}
	return strconv.Quote(name)
}

// copy copies a regular file.
func (c *copier) copy(e entry, name string) error {
	in, err := e.open()
	if err != nil {
		c.refusef("%s cannot be read: %s", quoted(name), bare(err))
		return nil
	}
	defer in.Close() //nolint:errcheck // it was only read
	var content bytes.Buffer
	n, err := io.Copy(&content, io.LimitReader(in, MostBytes-c.bytes+1))
	if c.bytes += n; c.bytes > MostBytes {
		return refusef("it has more than %d MiB", MostBytes>>20)
	}
	if err != nil {
		c.refusef("%s cannot be read: %s", quoted(name), bare(err))
		return nil
	}
	if err := c.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		c.refusef("%s has the name of another file: refused", quoted(name))
		return nil
	}
	mode := fs.FileMode(0o644)
	if e.mode&0o111 != 0 {
		mode = 0o755
	}
	return c.write(name, content.Bytes(), mode)
}

// write makes a file that is not there yet, with rights that do not hang on the umask.
func (c *copier) write(name string, content []byte, mode fs.FileMode) error {
	f, err := c.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		c.refusef("%s has the name of another file: refused", quoted(name))
		return nil
	case err != nil:
		return err
	}
	c.files = append(c.files, name)
	_, err = f.Write(content)
	return errors.Join(err, f.Chmod(mode), f.Close())
}

// bare is what a system said of a file, without the folder where it lies.
func bare(err error) string {
	if step, ok := errors.AsType[*fs.PathError](err); ok {
		return step.Err.Error()
	}
	return err.Error()
}

// onlyArchive is the archive that is all that was handed in, or "".
func (c *copier) onlyArchive() string {
	if len(c.files) != 1 {
		return ""
	}
	if _, ok := archives[archiveEnding(c.files[0])]; !ok {
		return ""
	}
	return c.files[0]
}

// notes are what was said, and what was refused; of thousands the first.
func (c *copier) notes() []text.Message {
	refused := c.refused
	if more := len(refused) - mostNotes; more > 0 {
		refused = append(slices.Clone(refused[:mostNotes]), text.Sayf("and %d more were refused", more))
	}
	return slices.Concat(c.says, refused)
}
