package sandbox

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// How the first process of a box isolates itself and its children: by a network
// and a view of processes of its own, by limits, and by giving privileges up.

// loopbackUp brings the loopback of a new network namespace up.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req)
}

// mountProc shows the box only its own processes, and bounds their ids. Both are
// extras: containers often forbid the first, and only newer kernels (6.14) keep
// the second apart for each box.
func mountProc(processes int) {
	if unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") != nil {
		return
	}
	if unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "") != nil {
		return
	}
	var release unix.Utsname
	if unix.Uname(&release) != nil || !pidMaxIsLocal(unix.ByteSliceToString(release.Release[:])) {
		return
	}
	ids := fmt.Sprint(processes + spareProcesses) // ids are used in a circle, and 300 are reserved
	_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte(ids), 0)
}

// pidMaxIsLocal reports whether a kernel keeps pid_max for each namespace.
func pidMaxIsLocal(release string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err != nil {
		return false
	}
	return major > 6 || major == 6 && minor >= 14
}

// limitProcesses has the kernel count, too. It counts processes of a user
// namespace on their own, but lets root pass: watch counts again.
func limitProcesses(most int) {
	n := uint64(most + spareProcesses)
	_ = unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{Cur: n, Max: n})
}

// spareProcesses is how far the kernel's own limits lie above the one that is
// watched: a fork bomb must not reach them before it is seen, since they also
// bind the init. On a busy machine it can reach them all the same.
const spareProcesses = 2000

// spareThreads are more than the init ever uses at once.
const spareThreads = 16

// makeThreads makes all threads that the init will use, before anybody can
// keep it from having them: a Go program that cannot make a thread dies, and
// this one would take the box along. The runtime keeps idle threads for good.
func makeThreads() {
	var here, all sync.WaitGroup
	here.Add(spareThreads)
	for range spareThreads {
		all.Go(func() {
			runtime.LockOSThread() // each has its own until all are here
			defer runtime.UnlockOSThread()
			here.Done()
			here.Wait()
		})
	}
	all.Wait()
}

// launchThread is the one thread that programs are started from. It gives up
// every capability, for itself and for all that it starts.
func launchThread(calls <-chan func(), ready chan<- error) {
	runtime.LockOSThread() // for good: no other goroutine may run on this thread
	ready <- dropPrivileges()
	for call := range calls {
		call()
	}
}

// dropPrivileges acts on the calling thread only.
func dropPrivileges() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	// Where capabilities cannot be dropped there are none.
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_SECUREBITS, secureBits, 0, 0, 0)
	for c := range uintptr(unix.CAP_LAST_CAP + 1) {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&header, &none[0])
}

// secureBits are SECBIT_NOROOT and SECBIT_NOROOT_LOCKED (capabilities(7)): user
// 0 gets no capabilities by being user 0.
const secureBits = 1<<0 | 1<<1
