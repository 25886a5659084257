package virtual

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"

	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// nic is the number of a host's only interface.
const nic tcpip.NICID = 1

// The bytes a UDP socket buffers where its owner asks for no other number.
// gVisor's own 32 KiB hold three dozen full datagrams; 208 KiB is what Linux
// gives (net.core.rmem_default). gVisor counts payload only, Linux counts its
// own bookkeeping too, so that fewer small datagrams fit there.
const (
	defaultSocketBuffer = 208 << 10
	largestSocketBuffer = 4 << 20
)

// newStack makes a stack with one interface that owns the host's address.
func newStack(
	plan networks.HostPlan, d *device, config testbed.NetworkConfig, watcher *watcher,
) (*stack.Stack, error) {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{watcher.protocol(), udp.NewProtocol, icmp.NewProtocol4},
		HandleLocal:        true,
	})
	err := configure(s, config)
	if err == nil {
		err = attach(s, plan.Addr, d)
	}
	if refused := s.SetPortRange(plan.FirstPort, plan.LastPort); err == nil && refused != nil {
		err = fmt.Errorf("choose ports from %d: %s", plan.FirstPort, refused)
	}
	if err != nil {
		s.Destroy()
		return nil, err
	}
	return s, nil
}

// Congestion is the congestion control that the stack's TCP comes with.
const Congestion = "cubic"

// configure sets what all sockets of the stack share.
func configure(s *stack.Stack, config testbed.NetworkConfig) error {
	sack := tcpip.TCPSACKEnabled(true)
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack); err != nil {
		return fmt.Errorf("switch selective acknowledgements on: %s", err)
	}
	if err := repair(s, config.Wire); err != nil {
		return err
	}
	if err := buffers(s, config); err != nil {
		return err
	}
	cc := tcpip.CongestionControlOption(cmp.Or(config.Congestion, Congestion))
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &cc); err != nil {
		return fmt.Errorf("congestion control %q: the virtual network has %s", config.Congestion, available(s))
	}
	return nil
}

// buffers sets how many bytes sockets have room for. TCP has ranges of its own, in
// which it tunes buffers, unless the network asks for a size.
func buffers(s *stack.Stack, config testbed.NetworkConfig) error {
	receive := tcpip.ReceiveBufferSizeOption{
		Min: stack.MinBufferSize, Default: defaultSocketBuffer, Max: largestSocketBuffer,
	}
	send := tcpip.SendBufferSizeOption(receive)
	if n := config.ReceiveBuffer; n > 0 {
		receive.Default = n
		chosen := tcpip.TCPReceiveBufferSizeRangeOption{Min: min(n, tcp.MinBufferSize), Default: n, Max: n}
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &chosen); err != nil {
			return fmt.Errorf("receive buffers of %d bytes for TCP: %s", n, err)
		}
	}
	if n := config.SendBuffer; n > 0 {
		send.Default = n
		chosen := tcpip.TCPSendBufferSizeRangeOption{Min: min(n, tcp.MinBufferSize), Default: n, Max: n}
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &chosen); err != nil {
			return fmt.Errorf("send buffers of %d bytes for TCP: %s", n, err)
		}
	}
	if err := s.SetOption(receive); err != nil {
		return fmt.Errorf("receive buffers of %d bytes: %s", receive.Default, err)
	}
	if err := s.SetOption(send); err != nil {
		return fmt.Errorf("send buffers of %d bytes: %s", send.Default, err)
	}
	return nil
}

// repair sets how TCP finds out what was lost and how long it waits: by SACK
// alone (RFC 6675). gVisor's RACK (RFC 8985), its default, is up to five times
// quicker, but can wait for ever: where recovery ends while new data is lost,
// the sender may count nothing as outstanding; when the probe of that tail is
// lost, too, its postXmit arms no retransmission timer, and its schedulePTO has
// switched off the one that ran. On network simulated that stopped 2 of 499
// exchanges of 30 messages at 20 % loss and 8 of 868 at 30 %. And behind a full
// queue it lets one of two Reno flows starve: Jain's index was below 0.6 in 8
// of 20 contests, with SACK alone in none. (gVisor of 2026-09-05.)
//
// Where chance drops packets, many timeouts in a row would each wait twice as
// long as the one before, up to minutes, because SACK has only them to find
// that a packet was lost again. There a timeout is bounded, as Linux can, too
// (net.ipv4.tcp_rto_max_ms), where RFC 6298 section 2.5 asks for a minute.
// Without the bound 47 of 100 exchanges of 300 messages at 20 % loss took
// longer than a minute, and 6 even with RACK.
func repair(s *stack.Stack, o wire.Options) error {
	var recovery tcpip.TCPRecovery
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &recovery); err != nil {
		return fmt.Errorf("choose how losses are found: %s", err)
	}
	c, r := o.Client, o.Server
	if c.DropChance() == 0 && r.DropChance() == 0 {
		return nil
	}
	longest := tcpip.TCPMaxRTOOption(longestTimeout + 2*(c.Delay+c.Jitter+r.Delay+r.Jitter))
	if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, &longest); err != nil {
		return fmt.Errorf("bound timeouts by %v: %s", time.Duration(longest), err)
	}
	return nil
}

// longestTimeout is the least that Linux takes as a bound. Two round trips come
// on top, so that no timeout is shorter than the path.
const longestTimeout = time.Second

// available lists the congestion controls that the stack knows.
func available(s *stack.Stack) string {
	var names tcpip.TCPAvailableCongestionControlOption
	if err := s.TransportProtocolOption(tcp.ProtocolNumber, &names); err != nil {
		return "an unknown list: " + err.String()
	}
	return strings.Join(strings.Fields(string(names)), ", ")
}

// attach gives the stack its interface, its address and its routes: to its
// own subnet, to all groups, and to the broadcast address of every network.
// Anything else is unreachable, and says so.
func attach(s *stack.Stack, addr netip.Prefix, d *device) error {
	if err := s.CreateNIC(nic, d.stack); err != nil {
		return fmt.Errorf("create the interface: %s", err)
	}
	owned := tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: tcpip.AddrFrom4(addr.Addr().As4()), PrefixLen: addr.Bits()},
	}
	if err := s.AddProtocolAddress(nic, owned, stack.AddressProperties{}); err != nil {
		return fmt.Errorf("assign %s: %s", addr, err)
	}
	groups := tcpip.AddressWithPrefix{Address: tcpip.AddrFrom4([4]byte{224, 0, 0, 0}), PrefixLen: 4}
	all := tcpip.AddressWithPrefix{Address: header.IPv4Broadcast, PrefixLen: 32}
	s.SetRouteTable([]tcpip.Route{
		{Destination: owned.AddressWithPrefix.Subnet(), NIC: nic},
		{Destination: groups.Subnet(), NIC: nic},
		{Destination: all.Subnet(), NIC: nic},
	})
	return nil
}
