package virtual

import (
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// linkEndpoint is what a stack asks of the device under it. Most of it is
// about link layers, of which a wire that carries bare IP has none.
type linkEndpoint struct{ *device }

func (e linkEndpoint) MTU() uint32 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.mtu
}

func (e linkEndpoint) SetMTU(mtu uint32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mtu = mtu
}

func (e linkEndpoint) Attach(s stack.NetworkDispatcher) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stack = s
}

func (e linkEndpoint) IsAttached() bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.stack != nil
}

func (e linkEndpoint) WritePackets(packets stack.PacketBufferList) (int, tcpip.Error) {
	return e.send(packets.AsSlice())
}

func (e linkEndpoint) Close() { e.shut() }

func (linkEndpoint) Wait()                                        {}
func (linkEndpoint) Capabilities() stack.LinkEndpointCapabilities { return 0 }
func (linkEndpoint) MaxHeaderLength() uint16                      { return 0 }
func (linkEndpoint) LinkAddress() tcpip.LinkAddress               { return "" }
func (linkEndpoint) SetLinkAddress(tcpip.LinkAddress)             {}
func (linkEndpoint) ARPHardwareType() header.ARPHardwareType      { return header.ARPHardwareNone }
func (linkEndpoint) AddHeader(*stack.PacketBuffer)                {}
func (linkEndpoint) ParseHeader(*stack.PacketBuffer) bool         { return true }
func (linkEndpoint) SetOnCloseAction(func())                      {}
