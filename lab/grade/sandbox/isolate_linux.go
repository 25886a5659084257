package sandbox

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// How the first process of a box isolates itself and its children: by a network
// and ids of processes of its own, by limits, and by giving privileges up.

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

// limitIDs bounds the ids of processes where the kernel keeps them apart for each
// box (6.14), and the user namespaces that programs can make: none. Both are extras.
func limitIDs(s setup) {
	var release unix.Utsname
	if unix.Uname(&release) == nil && pidMaxIsLocal(unix.ByteSliceToString(release.Release[:])) {
		ids := fmt.Sprint(s.Limits.Processes + spareProcesses) // ids are used in a circle, and 300 are reserved
		_ = os.WriteFile("/proc/sys/kernel/pid_max", []byte(ids), 0)
	}
	if s.Users {
		_ = os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0)
	}
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

// onOwnThread calls f on a thread that ends with it. A program is started from such
// a thread, which gives up every privilege for itself and for the program: nothing
// that lives on is in the program's domain, so that it could be signalled from there.
func onOwnThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good
		if unix.Gettid() != os.Getpid() {
			f()
			return
		}
		onOwnThread(f) // the main thread cannot end
		runtime.UnlockOSThread()
	}()
	<-done
}

// dropPrivileges acts on the calling thread only.
func (i *initProcess) dropPrivileges() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give privileges up: %w", err)
	}
	if err := errors.Join(i.rules.enter(), enterFilter(i.filter)); err != nil {
		return err
	}
	// Where capabilities cannot be dropped there are none.
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_SECUREBITS, secureBits, 0, 0, 0)
	for c := range uintptr(unix.CAP_LAST_CAP + 1) {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var keep [2]unix.CapUserData
	if i.setup.Drop { // to become nobody, who has none
		keep[0].Permitted = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID
		keep[0].Effective = keep[0].Permitted
	}
	if err := unix.Capset(&header, &keep[0]); err != nil {
		return fmt.Errorf("give capabilities up: %w", err)
	}
	return nil
}

// secureBits are SECBIT_NOROOT and SECBIT_NOROOT_LOCKED (capabilities(7)): user
// 0 gets no capabilities by being user 0.
const secureBits = 1<<0 | 1<<1
