// Package wire drives two links between the packet devices of two hosts.
package wire

// Device is where the packets of one host come out and go in: a TUN device,
// or the link endpoint of a user-space stack.
type Device interface {
	// Read waits for the next IP packet that the host sends.
	// After Close it returns an error that is net.ErrClosed or os.ErrClosed.
	Read(packet []byte) (int, error)
	// Write hands the host one IP packet; it does not keep the slice.
	Write(packet []byte) (int, error)
	Close() error
}
