package kernel

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"

	"echolab/lab/networks"
	"echolab/lab/text"
)

func TestEveryRefusalHasAReasonAndAHint(t *testing.T) {
	files := func(path, line string) map[string]string { return map[string]string{path: line} }
	for _, c := range []struct {
		kind   string
		err    error
		root   bool
		files  map[string]string
		reason text.Phrase
		hint   text.Phrase
	}{
		{"user", unix.EPERM, false, files(cloneSwitch, "0"), "ordinary users may not make user namespaces here", "sudo sysctl kernel.unprivileged_userns_clone=1, or run as root"},
		{"user", unix.EPERM, true, files(cloneSwitch, "0"), containerReason, containerHint},
		{"network", unix.EPERM, true, files(appArmorSwitch, "1"), "AppArmor keeps programs from using user namespaces here", "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run as root"},
		{"user", unix.ENOSPC, false, nil, "no more user namespaces are allowed here", "sudo sysctl user.max_user_namespaces=1000"},
		{"user", unix.EUSERS, false, files(usersSwitch, "0"), "no more user namespaces are allowed here", "sudo sysctl user.max_user_namespaces=1000"},
		{"network", unix.ENOSPC, true, nil, "no more network namespaces are allowed here", "sudo sysctl user.max_net_namespaces=1000"},
		{"user", unix.EINVAL, false, nil, "this kernel was built without user namespaces", "use a kernel with CONFIG_USER_NS and CONFIG_NET_NS"},
		{"network", unix.EPERM, true, nil, containerReason, containerHint},
	} {
		s := system{root: c.root, line: func(path string) string { return c.files[path] }}
		expect(t, noNamespace(c.kind, c.err, s), c.err, c.reason, c.hint)
	}
	for _, c := range []struct {
		err          error
		reason, hint text.Phrase
	}{
		{unix.ENOENT, "this system has no /dev/net/tun", "sudo modprobe tun; in a container, start it with --device /dev/net/tun"},
		{unix.ENODEV, "this system has no /dev/net/tun", "sudo modprobe tun; in a container, start it with --device /dev/net/tun"},
		{unix.EACCES, "/dev/net/tun is closed to ordinary users", "sudo chmod 0666 /dev/net/tun, or run as root"},
		{unix.EPERM, "this environment does not allow TUN devices, as most containers do not", containerHint},
		{unix.EIO, "TUN devices cannot be made here", ""},
	} {
		expect(t, noTUN("open /dev/net/tun", c.err), c.err, c.reason, c.hint)
	}
}

func expect(t *testing.T, got, cause error, reason, hint text.Phrase) {
	t.Helper()
	var u *networks.UnavailableError
	if !errors.As(got, &u) || !errors.Is(got, cause) || u.Reason != reason || u.Hint != hint {
		t.Errorf("%v: %#v\nwant %q, %q", cause, got, reason, hint)
	}
}
