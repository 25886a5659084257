package tcp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// slowReaders read the same bytes in awkward pieces.
var slowReaders = map[string]func(io.Reader) io.Reader{
	"whole":       func(r io.Reader) io.Reader { return r },
	"one byte":    iotest.OneByteReader,
	"half":        iotest.HalfReader,
	"end at once": iotest.DataErrReader,
}

func TestFramesSurviveAnyPieces(t *testing.T) {
	messages := []string{"", "a", "two\x00", strings.Repeat("long ", 1000), "", "한글"}
	var stream []byte
	for _, m := range messages {
		var err error
		if stream, err = appendFrame(stream, []byte(m), 5000); err != nil {
			t.Fatal(err)
		}
	}
	for name, slow := range slowReaders {
		t.Run(name, func(t *testing.T) {
			f := frameReader{r: slow(bytes.NewReader(stream)), limit: 5000}
			for i, want := range messages {
				got, err := f.next()
				if err != nil || string(got) != want {
					t.Fatalf("message %d: got %.20q, %v, want %.20q", i, got, err, want)
				}
			}
			if _, err := f.next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the last frame: got %v, want io.EOF", err)
			}
		})
	}
}

func TestFrameCutOff(t *testing.T) {
	whole, err := appendFrame(nil, []byte("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	for length := 1; length < len(whole); length++ {
		f := frameReader{r: iotest.OneByteReader(bytes.NewReader(whole[:length])), limit: 5}
		if _, err := f.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d of %d bytes: got %v, want io.ErrUnexpectedEOF", length, len(whole), err)
		}
	}
}

func TestAbsurdLength(t *testing.T) {
	f := frameReader{r: strings.NewReader("\xff\xff\xff\xffhello"), limit: 1000}
	for range 2 { // the stream stays unreadable
		_, err := f.next()
		if !errors.Is(err, ErrTooLong) || !strings.Contains(err.Error(), "4294967295") || !strings.Contains(err.Error(), "1000") {
			t.Errorf("got %v, want ErrTooLong with length and limit", err)
		}
	}
	if cap(f.frame) > 100 {
		t.Errorf("an absurd length took %d bytes of memory", cap(f.frame))
	}
	if _, err := appendFrame(nil, make([]byte, 11), 10); !errors.Is(err, ErrTooLong) {
		t.Errorf("append a message over the limit: got %v, want ErrTooLong", err)
	}
}

func TestFrameGoesOnAfterTimeout(t *testing.T) {
	stream, err := appendFrame(nil, []byte("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	// TimeoutReader's second read fails, and all the others go on.
	f := frameReader{r: iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(stream))), limit: 5}
	if _, err := f.next(); !errors.Is(err, iotest.ErrTimeout) {
		t.Fatalf("first try: got %v, want the timeout", err)
	}
	if got, err := f.next(); err != nil || string(got) != "hello" {
		t.Errorf("second try: got %q, %v", got, err)
	}
}

// FuzzFrame frames two messages and takes them off the stream again, byte by
// byte.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("hello"), []byte{})
	f.Add([]byte{0, 0, 0, 5}, []byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		const limit = 1000
		stream, err1 := appendFrame(nil, first, limit)
		stream, err2 := appendFrame(stream, second, limit)
		if (err1 != nil) != (len(first) > limit) || (err2 != nil) != (len(second) > limit) {
			t.Fatalf("%d and %d bytes: %v, %v", len(first), len(second), err1, err2)
		}
		if err1 != nil || err2 != nil {
			return
		}
		r := frameReader{r: iotest.OneByteReader(bytes.NewReader(stream)), limit: limit}
		for _, want := range [][]byte{first, second} {
			if got, err := r.next(); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("got %q, %v, want %q", got, err, want)
			}
		}
	})
}

// FuzzStream reads any bytes as frames: what comes out, framed again, is how
// the stream began, and nothing longer than the limit ever comes out.
func FuzzStream(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x02hi\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 64
		r := frameReader{r: bytes.NewReader(stream), limit: limit}
		var again []byte
		for {
			message, err := r.next()
			if err != nil {
				break
			}
			if again, err = appendFrame(again, message, limit); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(stream, again) {
			t.Errorf("%q was read as %q", stream, again)
		}
	})
}
