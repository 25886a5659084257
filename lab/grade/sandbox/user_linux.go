package sandbox

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// nobody is the user and the group that programs run as where the grader is root.
const nobody = 65534

// droppable reports whether this process can start others as nobody: root can, but
// not in a container that has no other users.
var droppable = sync.OnceValue(func() bool {
	if os.Geteuid() != 0 || !capable(unix.CAP_SETUID) || !capable(unix.CAP_SETGID) {
		return false
	}
	return covers(idMap("uid_map"), nobody) && covers(idMap("gid_map"), nobody)
})

func capable(capability int) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return false
	}
	return data[capability/32].Effective&(1<<(capability%32)) != 0
}

// idMap is the ids that this process may use, each standing for itself.
func idMap(name string) []syscall.SysProcIDMap {
	body, _ := os.ReadFile("/proc/self/" + name)
	var ids []syscall.SysProcIDMap
	for line := range strings.Lines(string(body)) {
		var inside, outside, count int
		if _, err := fmt.Sscan(line, &inside, &outside, &count); err == nil {
			ids = append(ids, syscall.SysProcIDMap{ContainerID: inside, HostID: inside, Size: count})
		}
	}
	return ids
}

func covers(ids []syscall.SysProcIDMap, id int) bool {
	for _, m := range ids {
		if id >= m.ContainerID && id-m.ContainerID < m.Size {
			return true
		}
	}
	return false
}

// mapUsers gives a user namespace the ids that it needs: all that there are where
// programs run as another user, otherwise the caller's alone.
func mapUsers(attr *syscall.SysProcAttr) {
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	if droppable() {
		attr.UidMappings, attr.GidMappings = idMap("uid_map"), idMap("gid_map")
		attr.GidMappingsEnableSetgroups = true
	}
	// Without capabilities of its own before exec, an ordinary user's init could
	// not set its namespaces up.
	attr.AmbientCaps = []uintptr{
		unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SETPCAP, unix.CAP_KILL, unix.CAP_SYS_RESOURCE,
		unix.CAP_DAC_OVERRIDE, // to look into what a program closed, and for overlays
	}
}
