package capture

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// author writes files of any kind, other than the lab does.
type author struct {
	*rand.Rand
	file  []byte
	order interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}
}

// numbers puts numbers one after the other; each tells its width by its type.
func (a *author) numbers(all ...any) (b []byte) {
	for _, n := range all {
		b, _ = binary.Append(b, a.order, n)
	}
	return b
}

// padded fills bytes up to a multiple of four, with anything.
func padded(b []byte) []byte { return append(b, "\xee\xee\xee"[:-len(b)&3]...) }

func (a *author) option(code uint16, value []byte) []byte {
	return append(a.numbers(code, uint16(len(value))), padded(value)...)
}

func (a *author) block(kind uint32, body ...[]byte) {
	b := padded(slices.Concat(body...))
	length := uint32(len(b) + 12)
	a.file = slices.Concat(a.file, a.numbers(kind, length), b, a.numbers(length))
}

// data are some bytes.
func (a *author) data() []byte {
	b := make([]byte, a.IntN(70))
	for i := range b {
		b[i] = byte(a.IntN(256))
	}
	return b
}

// section begins a section in one of the byte orders.
func (a *author) section() {
	a.order = binary.LittleEndian
	if a.IntN(2) == 0 {
		a.order = binary.BigEndian
	}
	a.block(0x0a0d0d0a, a.numbers(uint32(0x1a2b3c4d), uint16(1), uint16(0), int64(-1)), a.option(4, []byte("author")), a.option(0, nil))
}

// about describes an interface, perhaps with a resolution and an offset of its own.
func (a *author) about() {
	kinds := []uint16{0, 1, 12, 101, 113, 228, 276}
	body := a.numbers(kinds[a.IntN(len(kinds))], uint16(0), uint32(a.IntN(3)*30))
	body = append(body, a.option(2, []byte("some name"))...)
	if a.IntN(2) == 0 {
		body = append(body, a.option(9, []byte{byte(1 + a.IntN(19))})...)
	}
	if a.IntN(2) == 0 {
		body = append(body, a.option(14, a.numbers(int64(a.IntN(1000)-500)))...)
	}
	if a.IntN(2) == 0 {
		body = append(body, a.option(0, nil)...)
	}
	a.block(1, body)
}

// packet writes a packet of one of some interfaces, in one of the three ways.
func (a *author) packet(interfaces int) {
	data, number := a.data(), a.IntN(interfaces)
	lengths := []any{uint32(a.IntN(1 << 20)), a.Uint32(), uint32(len(data)), uint32(len(data) + a.IntN(9))}
	switch a.IntN(4) {
	case 0:
		a.block(3, a.numbers(uint32(len(data))), data)
	case 1:
		a.block(2, a.numbers(uint16(number), uint16(7)), a.numbers(lengths...), data)
	case 2:
		a.block(6, a.numbers(uint32(number)), a.numbers(lengths...), data)
	default:
		a.block(6, a.numbers(uint32(number)), a.numbers(lengths...), padded(data),
			a.option(1, []byte("a comment")), a.option(2, a.numbers(uint32(1))), a.option(1, []byte("another")), a.option(0, nil))
	}
}

// pcapngFile is a whole file, with blocks in it that are not about packets.
func (a *author) pcapngFile() []byte {
	a.file = nil
	for range 1 + a.IntN(3) {
		a.section()
		interfaces := 0
		for range 2 + a.IntN(12) {
			switch kind := a.IntN(8); {
			case kind == 0 || interfaces == 0:
				a.about()
				interfaces++
			case kind == 1:
				a.block(4, a.numbers(uint16(1), uint16(9)), padded([]byte("\x0a\x00\x00\x01host\x00")), a.numbers(uint32(0)))
			case kind == 2:
				a.block(5, a.numbers(uint32(0), uint64(0)), a.option(4, a.numbers(uint64(9))))
			case kind == 3:
				a.block(0xbad, a.data())
			default:
				a.packet(interfaces)
			}
		}
	}
	return a.file
}

// pcapFile is a file of the older format.
func (a *author) pcapFile() []byte {
	a.order = binary.LittleEndian
	if a.IntN(2) == 0 {
		a.order = binary.BigEndian
	}
	magic := []uint32{0xa1b2c3d4, 0xa1b23c4d}[a.IntN(2)]
	file := a.numbers(magic, uint16(2), uint16(4), uint64(0), uint32(20), uint32(a.IntN(300)|a.IntN(2)<<28))
	for range a.IntN(6) {
		data := append(a.data(), 1)
		file = append(file, a.numbers(a.Uint32(), uint32(a.IntN(1e6)), uint32(len(data)), uint32(len(data)+a.IntN(9)))...)
		file = append(file, data...)
	}
	return file
}
