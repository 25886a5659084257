package kernel

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"echolab/lab/networks"
)

// system answers what a diagnosis asks of the machine.
type system struct {
	line func(path string) string // first line of a file; "" if there is none
	root bool
}

func thisSystem() system { return system{line: firstLine, root: os.Getuid() == 0} }

func firstLine(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}

// The switches that can forbid namespaces.
const (
	cloneSwitch     = "/proc/sys/kernel/unprivileged_userns_clone" // Debian and its kin
	appArmorSwitch  = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
	usersSwitch     = "/proc/sys/user/max_user_namespaces"
	networksSwitch  = "/proc/sys/user/max_net_namespaces"
	containerReason = "this environment does not allow namespaces, as most containers do not"
	containerHint   = "start the container with --cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun, " +
		"or with --privileged"
)

// noNamespace says why the system refused to make a namespace of a kind,
// "user" or "network".
func noNamespace(kind string, err error, s system) error {
	err = fmt.Errorf("make a %s namespace: %w", kind, err)
	u := &networks.UnavailableError{Reason: "namespaces cannot be made here", Err: err}
	switch {
	case s.line(cloneSwitch) == "0" && !s.root:
		u.Reason = "ordinary users may not make user namespaces here"
		u.Hint = "sudo sysctl kernel.unprivileged_userns_clone=1, or run as root"
	case s.line(appArmorSwitch) == "1" && errors.Is(err, unix.EPERM):
		u.Reason = "AppArmor keeps programs from using user namespaces here"
		u.Hint = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run as root"
	case s.line(usersSwitch) == "0" || kind == "user" && errors.Is(err, unix.ENOSPC):
		u.Reason = "no more user namespaces are allowed here"
		u.Hint = "sudo sysctl user.max_user_namespaces=1000"
	case s.line(networksSwitch) == "0" || errors.Is(err, unix.ENOSPC):
		u.Reason = "no more network namespaces are allowed here"
		u.Hint = "sudo sysctl user.max_net_namespaces=1000"
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
		u.Reason = "this kernel was built without network namespaces"
		if kind == "user" {
			u.Reason = "this kernel was built without user namespaces"
		}
		u.Hint = "use a kernel with CONFIG_USER_NS and CONFIG_NET_NS"
	case errors.Is(err, unix.EPERM):
		u.Reason, u.Hint = containerReason, containerHint
	}
	return u
}

// noTUN says why a TUN device could not be had.
func noTUN(step string, err error) error {
	u := &networks.UnavailableError{
		Reason: "TUN devices cannot be made here",
		Err:    fmt.Errorf("%s: %w", step, err),
	}
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		u.Reason = "this system has no " + tunPath
		u.Hint = "sudo modprobe tun; in a container, start it with --device " + tunPath
	case errors.Is(err, unix.EACCES):
		u.Reason = tunPath + " is closed to ordinary users"
		u.Hint = "sudo chmod 0666 " + tunPath + ", or run as root"
	case errors.Is(err, unix.EPERM):
		u.Reason = "this environment does not allow TUN devices, as most containers do not"
		u.Hint = containerHint
	}
	return u
}
