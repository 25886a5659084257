package plan

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cluster is a Slurm of one node, this machine: its three daemons, with ports
// and folders of their own.
type cluster struct {
	dir  string
	conf string
}

// startCluster starts the daemons, and ends them with the test.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("a Slurm takes a while")
	}
	if os.Getuid() != 0 {
		t.Skip("Slurm's daemons need root")
	}
	for _, name := range []string{"slurmctld", "slurmd", "sbatch", "munged", "mungekey"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("no %s here: install slurmctld, slurmd, slurm-client and munge", name)
		}
	}
	dir, err := os.MkdirTemp("", "slurm") // short: the path of a socket has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	c := &cluster{dir: dir, conf: filepath.Join(dir, "slurm.conf")}
	c.configure(t)
	socket := filepath.Join(dir, "munge.socket")
	c.daemon(t, "munged", "--foreground", "--force", "--key-file="+filepath.Join(dir, "key"), "--socket="+socket,
		"--pid-file="+filepath.Join(dir, "munged.pid"), "--log-file="+filepath.Join(dir, "munged.log"),
		"--seed-file="+filepath.Join(dir, "seed"))
	c.eventually(t, "munged listens", func() bool { _, err := os.Stat(socket); return err == nil })
	c.daemon(t, "slurmctld", "-D", "-f", c.conf)
	c.daemon(t, "slurmd", "-D", "-f", c.conf)
	t.Cleanup(func() { // before the daemons end
		c.run(t, "scancel", "--full", "--signal=KILL", "--user=root")
		c.eventually(t, "no task runs any more", func() bool { return c.run(t, "squeue", "-h") == "" })
	})
	c.eventually(t, "the node is idle", func() bool {
		out, err := c.command("sinfo", "-h", "-o", "%T").Output() // slurmctld may not listen yet
		return err == nil && strings.Contains(string(out), "idle")
	})
	return c
}

// configure writes the files of the daemons.
func (c *cluster) configure(t *testing.T) {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	for _, dir := range []string{"state", "spool"} {
		if err := os.Mkdir(filepath.Join(c.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("mungekey", "--create", "--keyfile="+filepath.Join(c.dir, "key")).CombinedOutput(); err != nil {
		t.Skipf("mungekey: %v\n%s", err, out)
	}
	conf := fmt.Sprintf(`ClusterName=lab
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[3]d
SlurmdPort=%[4]d
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=%[2]s/munge.socket
StateSaveLocation=%[2]s/state
SlurmdSpoolDir=%[2]s/spool
SlurmctldPidFile=%[2]s/slurmctld.pid
SlurmdPidFile=%[2]s/slurmd.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=2
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=%[5]d RealMemory=65536 State=UNKNOWN
PartitionName=class Nodes=%[1]s Default=YES MaxTime=INFINITE State=UP
`, host, c.dir, freePort(t), freePort(t), runtime.NumCPU())
	if err := os.WriteFile(c.conf, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
}

// freePort is a port that nobody listens on now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// daemon starts a program that runs until the test ends. What it said is shown
// where the test failed.
func (c *cluster) daemon(t *testing.T, name string, args ...string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // the thread that starts it must not end before it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // however it ends
		late.Stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, tail(said.String()))
		}
	})
}

// tail is the end of a text.
func tail(s string) string { return s[max(0, len(s)-3000):] }

// command is a command of Slurm's for this cluster.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), "SLURM_CONF="+c.conf)
	return cmd
}

// run runs a command of Slurm's, and returns what it printed.
func (c *cluster) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := c.command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// eventually waits until something holds.
func (c *cluster) eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
