package intake

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"
)

// inUTF8 is a name from an archive in UTF-8. One that is not is in what Windows speaks in
// Korea: its code page 949, which golang.org/x/text calls EUC-KR.
func inUTF8(name string) (utf string, decoded bool) {
	if utf8.ValidString(name) {
		return name, false
	}
	utf, err := korean.EUCKR.NewDecoder().String(name)
	if err != nil || strings.ContainsRune(utf, utf8.RuneError) {
		return name, false
	}
	return utf, true
}

// cleanName is the name under which a file is kept: with slashes, its letters composed as
// everywhere but on macOS. It is not ok where it leads out of the folder or no file can have it.
func cleanName(name string) (clean string, ok bool) {
	clean = strings.TrimSuffix(strings.ReplaceAll(name, `\`, "/"), "/")
	clean = norm.NFC.String(strings.TrimPrefix(clean, "./"))
	parts := strings.Split(clean, "/")
	odd := func(part string) bool { return part == "" || part == "." || part == ".." }
	ok = utf8.ValidString(clean) && filepath.IsLocal(filepath.FromSlash(clean)) && len(parts) <= MostDepth &&
		!slices.ContainsFunc(parts, odd) && !strings.ContainsFunc(clean, unicode.IsControl)
	return clean, ok
}
