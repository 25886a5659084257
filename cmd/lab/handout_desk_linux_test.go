package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"echolab/lab/networks/procnet"
)

// desk is where a handout is tried: a folder with ./run in it, and terminals.
type desk struct {
	*testing.T
	dir, port string
	running   map[int]*job // by terminal
}

// job is something that was typed.
type job struct {
	*typed
	cmd   *exec.Cmd
	shown record
	ended chan struct{}
}

// record can be looked at while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *record) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *record) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func newDesk(t *testing.T) *desk {
	return &desk{T: t, dir: t.TempDir(), port: unusedPort(t), running: map[int]*job{}}
}

// build makes ./run of a program that gets full marks.
func (d *desk) build(assignment string) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		d.Skip("no cc here")
	}
	source := filepath.Join("../../testdata/programs", assignment, "c", "good.c")
	out, err := exec.Command(cc, "-O1", "-pthread", "-o", filepath.Join(d.dir, "run"), source).CombinedOutput()
	if err != nil {
		d.Fatalf("build %s: %v\n%s", source, err, out)
	}
}

// lastPort is the last port that a desk was given, so that no two get the same.
var lastPort atomic.Int32

func init() { lastPort.Store(20_000 + rand.Int32N(10_000)) }

// unusedPort is a port that neither protocol uses, outside of those that the
// system gives to clients.
func unusedPort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(int(lastPort.Add(1)))
		stream, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		datagrams, err := net.ListenPacket("udp", "127.0.0.1:"+port)
		stream.Close()
		if err == nil {
			datagrams.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// needed are the tools that not every machine has.
var needed = regexp.MustCompile(`\b(nc|python3|ss|od|seq)\b`)

// typeAll types one after the other and ends what still runs.
func (d *desk) typeAll(all []*typed) {
	for _, one := range all {
		for _, tool := range needed.FindAllString(one.script, -1) {
			if _, err := exec.LookPath(tool); err != nil {
				d.Skipf("no %s here", tool)
			}
		}
		if strings.Contains(one.script, "nc ") && !openBSD() {
			d.Skip("nc is not OpenBSD's here")
		}
	}
	defer d.endAll()
	for _, one := range all {
		d.end(one.terminal)
		before := d.sockets()
		job := d.start(one)
		if one.stays {
			d.settle(job, before)
		} else {
			d.end(one.terminal)
		}
	}
}

// openBSD reports whether nc is the one whose options the handouts use.
func openBSD() bool {
	about, _ := exec.Command("nc", "-h").CombinedOutput() // it always says so
	return bytes.Contains(about, []byte("OpenBSD"))
}

// start types into a terminal of which nothing else runs.
func (d *desk) start(one *typed) *job {
	j := &job{typed: one, ended: make(chan struct{})}
	j.cmd = exec.Command("sh", "-c", strings.ReplaceAll(one.script, "9000", d.port))
	j.cmd.Dir, j.cmd.WaitDelay = d.dir, patience
	j.cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	j.cmd.Stdout, j.cmd.Stderr = &j.shown, &j.shown
	j.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := j.cmd.Start(); err != nil {
		d.Fatalf("%s: %v", one.script, err)
	}
	go func() {
		_ = j.cmd.Wait() // what it shows decides
		close(j.ended)
	}()
	d.running[one.terminal] = j
	return j
}

// settle waits until a job that stays has a socket that was not there before.
func (d *desk) settle(j *job, before []procnet.Socket) {
	deadline := time.Now().Add(patience)
	for !slices.ContainsFunc(d.sockets(), func(s procnet.Socket) bool { return !slices.Contains(before, s) }) {
		select {
		case <-j.ended:
			d.Fatalf("%s ended by itself: %s", j.script, j.shown.String())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			d.Fatalf("%s: no socket after %v", j.script, patience)
		}
	}
}

// sockets are those in use that have to do with the port. What is left of earlier
// connections is not in use.
func (d *desk) sockets() []procnet.Socket {
	var found []procnet.Socket
	for _, protocol := range []string{"tcp", "udp"} {
		all, err := procnet.Sockets("/proc/self/net", protocol)
		if err != nil {
			d.Fatal(err)
		}
		for _, s := range all {
			ours := d.port == strconv.Itoa(int(s.Local.Port())) || d.port == strconv.Itoa(int(s.Remote.Port()))
			used := []string{procnet.Listen, procnet.Established, procnet.Closed} // UDP's are closed where unconnected
			if ours && slices.Contains(used, s.State) {
				found = append(found, s)
			}
		}
	}
	return found
}

func (d *desk) endAll() {
	for terminal := range d.running {
		d.end(terminal)
	}
}

// end waits for what runs in a terminal, with Ctrl-C where it would stay, and
// wants it to have shown what the handout shows.
func (d *desk) end(terminal int) {
	j := d.running[terminal]
	if j == nil {
		return
	}
	delete(d.running, terminal)
	if j.interrupted {
		d.lookAt(j)
		j.signal(syscall.SIGINT)
	}
	select {
	case <-j.ended:
	case <-time.After(3 * patience):
		d.Errorf("%s has not ended", j.script)
	}
	j.signal(syscall.SIGKILL) // whatever it left behind
	<-j.ended
	got, want := d.plain(j.shown.String()), d.plain(j.shows)
	if j.secret && got != "" && want == "" {
		return
	}
	if got != want {
		d.Errorf("%s\nshows:\n%s\nthe handout has:\n%s", j.script, got, want)
	}
}

// lookAt gives a job the time to show what it should.
func (d *desk) lookAt(j *job) {
	deadline := time.Now().Add(patience)
	for d.plain(j.shown.String()) != d.plain(j.shows) && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
}

// signal reaches all that was started, if something of it is left.
func (j *job) signal(s syscall.Signal) {
	if err := syscall.Kill(-j.cmd.Process.Pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		panic(err) // they are our own
	}
}

var ephemeral = regexp.MustCompile(`:\d{5}\b`)

// plain is a screen without what differs from one time to the next.
func (d *desk) plain(screen string) string {
	screen = strings.ReplaceAll(screen, d.port, "9000")
	screen = ephemeral.ReplaceAllString(screen, ":PORT")
	var lines []string
	for line := range strings.Lines(screen) {
		if words := strings.Fields(line); len(words) > 0 { // in columns an empty line cannot be told from none
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}
