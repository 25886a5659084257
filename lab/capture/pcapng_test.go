package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// authored is a file with one section of version 1.minor, an interface with
// options, and whatever else is written into it.
func authored(minor uint16, options []byte, more func(a *author)) []byte {
	a := &author{order: binary.BigEndian}
	a.block(blockSection, a.numbers(uint32(byteOrderMagic), uint16(1), minor, int64(-1)))
	a.block(blockInterface, a.numbers(uint16(linkRaw), uint16(0), uint32(0)), options)
	more(a)
	return a.file
}

// enhanced writes a packet of one byte, which claims to be as many as are kept.
func (a *author) enhanced(number, kept uint32, options ...byte) {
	a.block(blockEnhancedPacket, a.numbers(number, uint64(0), kept, uint32(1), uint32(0xff000000)), options)
}

// bare describes an interface without options.
func (a *author) bare() { a.block(blockInterface, a.numbers(uint16(linkRaw), uint16(0), uint32(0))) }

// TestSectionsTellWhatIsWrong: what a damaged pcapng file is refused for.
func TestSectionsTellWhatIsWrong(t *testing.T) {
	resolution := func(r byte) []byte { return []byte{0, 9, 0, 1, r, 0, 0, 0} }
	whole := authored(0, nil, func(a *author) { a.enhanced(0, 1) })
	for says, file := range map[string][]byte{
		"version 1.1 of the format":    authored(1, nil, func(*author) {}),
		"does not tell its byte order": append([]byte{10, 13, 13, 10, 0, 0, 0, 28, 1, 2, 3, 4}, whole[12:]...),
		"a block that claims 8 bytes":  append(bytes.Clone(whole), 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8),
		"longer than any packet":       append(bytes.Clone(whole), 0, 0, 0, 9, 0, 16, 0, 1, 0, 0, 0, 0),
		"cut short in packet 2":        append(bytes.Clone(whole), 0, 0, 0, 9, 0, 0, 1, 0, 0, 0, 0, 0),
		"times in 2^-64 s":             authored(0, resolution(0x80|64), func(*author) {}),
		"times in 10^-20 s":            authored(0, resolution(20), func(*author) {}),
		"an option that is longer":     authored(0, []byte{0, 2, 0, 5, 'n', 'a', 'm', 'e'}, func(*author) {}),
		"a packet of interface 1 of 1": authored(0, nil, func(a *author) { a.enhanced(1, 1) }),
		"a packet that is longer":      authored(0, nil, func(a *author) { a.enhanced(0, 5) }),
		"a block that is too short":    authored(0, nil, func(a *author) { a.block(blockEnhancedPacket, make([]byte, packetHeader-4)) }),
		"more than 1000 interfaces": authored(0, nil, func(a *author) {
			for range mostInterfaces {
				a.bare()
			}
		}),
		"a packet before the first interface": authored(0, nil, func(a *author) {
			a.block(blockSection, a.numbers(uint32(byteOrderMagic), uint16(1), uint16(0), int64(-1)))
			a.block(blockSimplePacket, a.numbers(uint32(0)))
		}),
	} {
		_, err := ours(file)
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want a FormatError that says %q", err, says)
		}
	}
}

// TestVersion12IsRead: some programs write it, and it is 1.0.
func TestVersion12IsRead(t *testing.T) {
	if all, err := ours(authored(2, nil, func(a *author) { a.enhanced(0, 1) })); err != nil || len(all) != 1 {
		t.Errorf("%d packets, %v; want 1", len(all), err)
	}
}

// TestAThousandInterfacesAreRead, and blocks as long as may be.
func TestAThousandInterfacesAreRead(t *testing.T) {
	all, err := ours(authored(0, nil, func(a *author) {
		for range mostInterfaces - 1 {
			a.bare()
		}
		a.enhanced(mostInterfaces-1, 1)
		a.block(0xbad, make([]byte, mostPerPacket-blockFrame-64))
		a.enhanced(0, 1)
	}))
	if err != nil || len(all) != 2 || all[0].end != mostInterfaces-1 {
		t.Errorf("%d packets, %v; want 2, the first of the last interface", len(all), err)
	}
}

// TestPacketsOfAllBlocksHaveComments: the obsolete one as well.
func TestPacketsOfAllBlocksHaveComments(t *testing.T) {
	comments := []byte{0, 1, 0, 3, 'o', 'n', 'e', 0, 0, 1, 0, 0, 0, 1, 0, 4, 't', 'w', 'o', '!', 0, 0, 0, 0, 'x'}
	all, err := ours(authored(0, nil, func(a *author) {
		a.enhanced(0, 1, comments...)
		a.block(blockObsoletePacket, a.numbers(uint16(0), uint16(9), uint64(0), uint32(1), uint32(1), uint32(0)), comments)
	}))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d packets, %v; want 2", len(all), err)
	}
	for _, f := range all {
		if want := []string{"one", "", "two!"}; !slices.Equal(f.comments, want) {
			t.Errorf("comments %q, want %q", f.comments, want)
		}
	}
}

// TestTimesAreExact holds times of every resolution against arithmetic without
// bounds.
func TestTimesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for resolution := range 256 {
		base, most := int64(10), mostDecimalPlaces
		if resolution >= resolutionBinary {
			base, most = 2, mostBinaryPlaces
		}
		places := resolution % resolutionBinary
		perSecond, err := ticksPerSecond(byte(resolution))
		if (err == nil) != (places <= most) {
			t.Errorf("resolution %#x: error %v", resolution, err)
		}
		if err != nil {
			continue
		}
		for range 50 {
			ticks, offset := r.Uint64()>>r.IntN(64), r.Int64N(2000)-1000
			at := clock{perSecond, offset}.at(ticks)
			exact := new(big.Int).Mul(new(big.Int).SetUint64(ticks), big.NewInt(1e9))
			exact.Div(exact, new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(places)), nil))
			seconds, nanoseconds := new(big.Int).DivMod(exact, big.NewInt(1e9), new(big.Int))
			if want := time.Unix(int64(seconds.Uint64())+offset, nanoseconds.Int64()); !at.Equal(want) {
				t.Fatalf("resolution %#x: tick %d is %v, want %v", resolution, ticks, at, want)
			}
		}
	}
}
