package virtual

import (
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"

	"echolab/lab/wire"
)

// A device keeps what its stack has sent until the wire takes it: deviceQueue
// packets at most. TCP fills it with no more than its windows (4 MiB a
// connection), and UDP writers wait while more than deviceRoom packets are
// queued, as they would for a busy network card. So the queue overflows only
// when many connections send at once; what it drops then is counted.
const (
	deviceQueue = 16384
	deviceRoom  = 256
)

// device is the link endpoint of a stack on one side and a device of the wire
// on the other. Checksums are computed and checked by the stack, as a card
// without offloads would have it.
type device struct {
	out    chan *stack.PacketBuffer // and nil once the device is closed
	room   chan struct{}            // holds a token when a waiting writer may look again
	closed chan struct{}
	shut   func()

	drops     atomic.Int64 // sent by the stack, but the queue was full
	malformed atomic.Int64 // handed to the stack, but not IPv4

	stack linkEndpoint
}

// linkEndpoint is what the stack sees of its device: gVisor's endpoint without a
// link layer, but that it queues what the stack sends in the device.
type linkEndpoint struct {
	*channel.Endpoint
	device *device
}

func (e linkEndpoint) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	return e.device.send(packets.AsSlice())
}

func (e linkEndpoint) Close() { e.device.shut() }

var (
	_ wire.Device        = (*device)(nil)
	_ stack.LinkEndpoint = linkEndpoint{}
)

func newDevice(mtu int) *device {
	d := &device{
		out:    make(chan *stack.PacketBuffer, deviceQueue),
		room:   make(chan struct{}, 1),
		closed: make(chan struct{}),
	}
	d.stack = linkEndpoint{channel.New(0, uint32(mtu), ""), d}
	d.shut = sync.OnceFunc(func() { close(d.closed); d.wakeReader() })
	return d
}

// wakeReader makes a reader look again. One that finds packets does anyway.
func (d *device) wakeReader() {
	select {
	case d.out <- nil:
	default:
	}
}

func (d *device) isClosed() bool { return isClosed(d.closed) }

// Read waits for the next packet that the stack sends, on one channel: a select
// for every packet shows where the processor is slow, on the network simulated.
func (d *device) Read(packet []byte) (int, error) {
	p := <-d.out
	if d.isClosed() {
		d.wakeReader() // the next one
		return 0, net.ErrClosed
	}
	defer p.DecRef()
	d.signal()
	if p.Size() > len(packet) {
		return 0, fmt.Errorf("read a packet of %d bytes into %d: %w", p.Size(), len(packet), io.ErrShortBuffer)
	}
	n := 0
	views, unused := p.AsViewList()
	for v := views.Front(); v != nil; v = v.Next() {
		b := v.AsSlice()
		skip := min(unused, len(b)) // room that no header took
		unused -= skip
		n += copy(packet[n:], b[skip:])
	}
	return n, nil
}

// Write hands the stack one packet. What is not IPv4 any more, because a bit
// flipped, is discarded and counted: no stack would be asked to read it.
func (d *device) Write(packet []byte) (int, error) {
	if d.isClosed() || !d.stack.IsAttached() {
		return 0, net.ErrClosed
	}
	if header.IPVersion(packet) != header.IPv4Version {
		d.malformed.Add(1)
		return len(packet), nil
	}
	p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(packet)})
	defer p.DecRef()
	d.stack.InjectInbound(ipv4.ProtocolNumber, p)
	return len(packet), nil
}

// Close ends Read and Write, now and for ever.
func (d *device) Close() error {
	d.shut()
	return nil
}

// wait returns when the queue has room for a datagram, or with the error of
// the first of the two ends.
func (d *device) wait(passed, closed <-chan struct{}) error {
	for len(d.out) > deviceRoom {
		select {
		case <-d.room:
		case <-passed:
			return os.ErrDeadlineExceeded
		case <-closed:
			return net.ErrClosed
		case <-d.closed:
			return net.ErrClosed
		}
	}
	d.signal() // for the next writer that waits
	return nil
}

// signal wakes one waiting writer if there is room.
func (d *device) signal() {
	if len(d.out) > deviceRoom {
		return
	}
	select {
	case d.room <- struct{}{}:
	default:
	}
}

// send queues what the stack sends, and drops what does not fit.
func (d *device) send(packets []*stack.PacketBuffer) (int, tcpip.Error) {
	for n, p := range packets {
		if d.isClosed() {
			return n, &tcpip.ErrClosedForSend{}
		}
		p = p.Clone()
		select {
		case d.out <- p:
		default:
			p.DecRef()
			d.drops.Add(int64(len(packets) - n))
			return n, &tcpip.ErrNoBufferSpace{}
		}
	}
	return len(packets), nil
}
