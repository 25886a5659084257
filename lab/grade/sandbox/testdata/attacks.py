"""What nobody should hand in: each function is one attack. It prints "done" where
the attack succeeded, and the name of the error where it did not."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
MiB = 1 << 20


def must(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result


def read(path):
    open(path).read()


def write(path):
    with open(path, "a") as f:
        f.write("x")


def setting():
    open("/proc/sys/kernel/core_pattern", "r+").close()


def remove(path):
    os.remove(path)


def make(path):
    os.mkdir(path)


def kill(pid):
    os.kill(int(pid), signal.SIGKILL)


def reach(pid):
    os.kill(int(pid), 0)


def killparent():
    """whatever signal ends the first process of the box ends this program, too"""
    parent, failed = os.getppid(), None
    for number in signal.valid_signals() - {signal.SIGSTOP, signal.SIGTSTP, signal.SIGCONT}:
        try:
            os.kill(parent, number)
        except OSError as e:
            failed = e
    time.sleep(0.3)
    if failed:
        raise failed


def killall(victim):
    """kills whatever /proc shows, if the grader is among it"""
    if not os.path.exists(f"/proc/{victim}"):
        raise OSError(errno.ESRCH, "")
    os.kill(int(victim), signal.SIGKILL)


def memory(pid):
    open(f"/proc/{pid}/mem", "rb").close()


def parentmemory():
    memory(os.getppid())


def trace(pid):
    must(libc.ptrace(16, int(pid), None, None))


def traceparent():
    trace(os.getppid())


def environment(pid):
    open(f"/proc/{pid}/environ", "rb").read()


def root(pid):
    os.listdir(f"/proc/{pid}/root/")


def connect(path):
    socket.socket(socket.AF_UNIX).connect(path)


def connectabstract(name):
    socket.socket(socket.AF_UNIX).connect("\0" + name)


def dial(port):
    socket.create_connection(("127.0.0.1", int(port)), 2)


def fill(folder):
    for i in range(40):
        with open(f"{folder}/big{i}", "wb") as f:
            for _ in range(8):
                f.write(bytes(MiB))


def fillhome():
    fill(os.environ["HOME"])
    time.sleep(3)


def manyfiles():
    for i in range(20000):
        os.mknod(f"{os.environ['HOME']}/{i}")
    time.sleep(3)


def memfd():
    held = []
    for i in range(40):
        held.append(os.memfd_create("x"))
        for _ in range(8):
            os.write(held[-1], bytes(MiB))
    time.sleep(1)


def segments():
    for _ in range(40):
        id = must(libc.shmget(0, 8 * MiB, 0o1600))
        address = libc.shmat(id, None, 0)
        ctypes.memset(address, 1, 8 * MiB)
        libc.shmdt(ctypes.c_void_p(address))
    time.sleep(1)


def sharedmap():
    import mmap
    m = mmap.mmap(-1, 320 * MiB)
    for i in range(0, 320 * MiB, 4096):
        m[i] = 1
    time.sleep(1)


def clock():
    time.clock_settime(time.CLOCK_REALTIME, time.time())


def hostname():
    socket.sethostname("x")


def mount():
    must(libc.mount(b"tmpfs", os.getcwd().encode(), b"tmpfs", 0, None))


def uncover(path):
    """looks below all that is mounted"""
    for line in reversed(open("/proc/self/mountinfo").readlines()):
        libc.umount2(line.split()[4].encode(), 2)
    read(path)


def uncoverinside(path):
    """the same in namespaces of its own, where it may mount"""
    libc.unshare(0x10000000 | 0x20000)
    uncover(path)


def becomeroot():
    os.setuid(0)
    open("/etc/shadow").read()


try:
    globals()[sys.argv[1]](*sys.argv[2:])
    print("done")
except OSError as e:
    print(errno.errorcode.get(e.errno, e))
