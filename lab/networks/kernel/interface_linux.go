package kernel

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// settings are the namespace's own sysctls, as far as they differ from the
// kernel's defaults. Where /proc/sys is read-only, as in many containers, they
// stay as they are.
var settings = map[string]string{
	"net/ipv6/conf/all/disable_ipv6":         "1", // no packets of the host's own
	"net/ipv6/conf/default/disable_ipv6":     "1",
	"net/ipv4/igmp_link_local_mcast_reports": "0", // none in 224.0.0.0/24 either
	"net/ipv4/tcp_no_metrics_save":           "1", // one connection learns nothing from another
}

// set writes one sysctl of the calling thread's namespace.
func set(name, value string) error {
	return os.WriteFile("/proc/sys/"+name, []byte(value), 0)
}

// configureInterfaces brings up the interfaces of the calling thread's namespace:
// the loopback, and the TUN device with its address and routes.
func configureInterfaces(addr netip.Prefix, mtu int) error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("find interface lo: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return fmt.Errorf("bring up interface lo: %w", err)
	}
	l, err := netlink.LinkByName(ifaceName)
	if err != nil {
		return fmt.Errorf("find interface %s: %w", ifaceName, err)
	}
	if err := netlink.LinkSetMTU(l, mtu); err != nil {
		return fmt.Errorf("set the MTU of %s to %d: %w", ifaceName, mtu, err)
	}
	if err := netlink.LinkSetTxQLen(l, deviceQueue); err != nil {
		return fmt.Errorf("set the queue of %s to %d packets: %w", ifaceName, deviceQueue, err)
	}
	if err := netlink.AddrAdd(l, &netlink.Addr{IPNet: ipNet(addr)}); err != nil {
		return fmt.Errorf("assign %s to %s: %w", addr, ifaceName, err)
	}
	if err := netlink.LinkSetUp(l); err != nil {
		return fmt.Errorf("bring up interface %s: %w", ifaceName, err)
	}
	return addRoutes(l)
}

// addRoutes makes groups and the broadcast address reachable; the subnet is
// from its address, and anything else is unreachable, and says so.
func addRoutes(l netlink.Link) error {
	for _, to := range []string{"224.0.0.0/4", "255.255.255.255/32"} {
		route := &netlink.Route{
			LinkIndex: l.Attrs().Index,
			Dst:       ipNet(netip.MustParsePrefix(to)),
			Scope:     unix.RT_SCOPE_LINK,
		}
		if err := netlink.RouteAdd(route); err != nil {
			return fmt.Errorf("route %s through %s: %w", to, ifaceName, err)
		}
	}
	return nil
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// probeCongestion checks that sockets of the calling thread's namespace may
// use the congestion control.
func probeCongestion(name string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open a socket to try congestion control %q: %w", name, err)
	}
	defer func() { _ = unix.Close(fd) }()
	err = unix.SetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION, name)
	switch err {
	case nil:
		return nil
	case unix.ENOENT:
		return fmt.Errorf("congestion control %q: this kernel has %s; others may come as modules tcp_NAME",
			name, listed("tcp_available_congestion_control"))
	case unix.EPERM:
		return fmt.Errorf("congestion control %q: this kernel allows %s to ordinary users",
			name, listed("tcp_allowed_congestion_control"))
	}
	return fmt.Errorf("congestion control %q: %w", name, err)
}

// listed is a sysctl that lists names, with commas.
func listed(name string) string {
	b, err := os.ReadFile("/proc/sys/net/ipv4/" + name)
	if err != nil {
		return "an unknown list"
	}
	return strings.Join(strings.Fields(string(b)), ", ")
}
