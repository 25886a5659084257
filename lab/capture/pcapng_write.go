package capture

import (
	"encoding/binary"
	"math"
	"runtime"
)

// fileOrder is the byte order of the files that the lab writes.
var fileOrder = binary.LittleEndian

// sectionBlock begins a file (draft-ietf-opsawg-pcapng, "Section Header Block")
// whose length is not known yet.
func sectionBlock(application string) []byte {
	body := fileOrder.AppendUint32(nil, byteOrderMagic)
	body = fileOrder.AppendUint16(body, 1) // version 1.0
	body = fileOrder.AppendUint16(body, 0)
	body = fileOrder.AppendUint64(body, math.MaxUint64)
	return block(blockSection, withOptions(body,
		option{sectionApplication, application}, option{sectionHardware, runtime.GOARCH}, option{sectionOS, runtime.GOOS}))
}

// interfaceBlock describes an interface of raw IP whose times are nanoseconds
// ("Interface Description Block").
func interfaceBlock(name, description, os string) []byte {
	body := fileOrder.AppendUint16(nil, uint16(linkRaw))
	body = fileOrder.AppendUint16(body, 0) // reserved
	body = fileOrder.AppendUint32(body, snap)
	return block(blockInterface, withOptions(body,
		option{interfaceName, name}, option{interfaceDescription, description}, option{interfaceOS, os},
		option{interfaceResolution, string([]byte{resolutionNanoseconds})}))
}

// block is the packet as a file has it ("Enhanced Packet Block").
func (r record) block() []byte {
	ticks := uint64(r.at.UnixNano())
	body := fileOrder.AppendUint32(make([]byte, 0, packetHeader+len(r.bytes)+len(r.comment)+4*optionHeader), uint32(r.end))
	body = fileOrder.AppendUint32(body, uint32(ticks>>32))
	body = fileOrder.AppendUint32(body, uint32(ticks))
	body = fileOrder.AppendUint32(body, uint32(len(r.bytes)))
	body = fileOrder.AppendUint32(body, uint32(r.length))
	body = filled(append(body, r.bytes...))
	return block(blockEnhancedPacket, withOptions(body, option{optionComment, r.comment}))
}

// option is one option of a block.
type option struct {
	code  uint16
	value string
}

// withOptions puts options behind a body: those that say something, and the end
// of them if there are any.
func withOptions(body []byte, options ...option) []byte {
	before := len(body)
	for _, o := range options {
		if o.value == "" {
			continue
		}
		value := o.value[:min(len(o.value), math.MaxUint16)]
		body = fileOrder.AppendUint16(body, o.code)
		body = fileOrder.AppendUint16(body, uint16(len(value)))
		body = filled(append(body, value...))
	}
	if len(body) > before {
		body = append(body, make([]byte, optionHeader)...) // optionEnd, of no bytes
	}
	return body
}

// filled fills a body up so that what follows is aligned.
func filled(body []byte) []byte { return append(body, make([]byte, aligned(len(body))-len(body))...) }

// block puts type and length around a body.
func block(kind uint32, body []byte) []byte {
	length := uint32(blockFrame + len(body))
	all := fileOrder.AppendUint32(make([]byte, 0, length), kind)
	all = fileOrder.AppendUint32(all, length)
	return fileOrder.AppendUint32(append(all, body...), length)
}
