package checks

import (
	"bytes"

	"echolab/lab/grade"
)

// pieceSize is how many bytes of a random file are enough to know a place in it.
const pieceSize = 16

// fileMismatch says what is wrong with a copy of a random file, of which total bytes
// were written. It is nil if the copy is right.
func fileMismatch(got, file []byte, total int64) error {
	at := difference(got, file)
	size := len(file)
	switch {
	case bytes.Equal(got, file):
		return nil
	case at == size:
		return grade.Failf("The receiver should have written the %d bytes of the file, but wrote %d bytes more behind them.",
			size, total-int64(size))
	case at == len(got):
		return grade.Failf("The receiver should have written the %d bytes of the file, but wrote only the first %d.",
			size, at)
	}
	piece := got[at:min(at+pieceSize, len(got))]
	from := bytes.Index(file, piece)
	switch {
	case len(piece) < pieceSize || from < 0:
		return grade.Failf("The receiver should have written the %d bytes of the file, but from byte %d on it wrote "+
			"something else (%d bytes in all).", size, at+1, total)
	case from < at:
		return grade.Failf("The receiver should have written the %d bytes of the file once, but from byte %d on it wrote "+
			"again what it had written from byte %d on (%d bytes in all).", size, at+1, from+1, total)
	case bytes.Contains(got, file[at:min(at+pieceSize, size)]):
		return grade.Failf("The receiver should have written the %d bytes of the file in order, but from byte %d on it "+
			"wrote what belongs at byte %d, and what belongs there later.", size, at+1, from+1)
	}
	return grade.Failf("The receiver should have written the %d bytes of the file, but left out those from byte %d "+
		"to byte %d.", size, at+1, from)
}
