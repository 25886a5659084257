package capture_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/capture"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/networks/kernel"
	"echolab/lab/networks/virtual"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// wired are the networks with a wire that open here.
func wired(t *testing.T) []testbed.Driver {
	t.Helper()
	var open []testbed.Driver
	for _, o := range []testbed.Driver{virtual.Driver(), kernel.Driver()} {
		if err := o.Check(); err != nil {
			t.Logf("network %s is left out: %v", o.Name, err)
			continue
		}
		open = append(open, o)
	}
	return open
}

// captured makes the networks of an opener captured under a name.
func captured(o testbed.Driver, c *capture.Writer, name string) testbed.Driver {
	open := o.Open
	o.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		s.Taps = append(s.Taps, c.Wire(name, s.Wire))
		return open(ctx, s)
	}
	return o
}

// tshark prints fields of a capture, one line a packet that the filter lets
// through, and fails the test if it complains about the file.
func tshark(t *testing.T, file []byte, filter string, fields ...string) []string {
	t.Helper()
	program, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	name := filepath.Join(t.TempDir(), "capture.pcapng")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-n", "-r", name, "-T", "fields", "-E", "separator=|", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"}
	if filter != "" {
		args = append(args, "-Y", filter)
	}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("tshark %s: %v\n%s", strings.Join(args, " "), err, &complaints)
	}
	for line := range strings.Lines(complaints.String()) {
		if !strings.HasPrefix(line, "Running as user") {
			t.Errorf("tshark complains: %s", line)
		}
	}
	if out.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// sentFrom lets the packets through that stand at the interface of their
// sender: all that the hosts sent, each once.
const sentFrom = `((frame.interface_name contains "client" && ip.src==10.0.0.1) || (frame.interface_name contains "server" && ip.src==10.0.0.2))`

// TestTsharkSeesTheSameEcho holds traces against what tshark reads from the
// capture of the same echoes: count and order of packets, flags, numbers,
// windows and lengths. All checksums must be right, at both ends.
func TestTsharkSeesTheSameEcho(t *testing.T) {
	var file bytes.Buffer
	c := capture.NewWriter(&file, "test")
	want := map[string][]string{} // by the name of the wire
	for _, o := range wired(t) {
		for _, transport := range transports.Transports() {
			found := echo(t, captured(o, c, o.Name), transport, 1, wire.Options{Client: slow, Server: slow})
			for _, p := range found.Packets {
				name := o.Name + " " + transport.Name
				want[name] = append(want[name], asTshark(p))
			}
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, line := range tshark(t, file.Bytes(), "", "frame.interface_name", "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status",
		"ip.src", "ip.len", "tcp.flags", "tcp.seq", "tcp.ack", "tcp.window_size", "tcp.len", "udp.length") {
		f := strings.SplitN(line, "|", 5)
		if sums := f[1] + f[2] + f[3]; sums != "11" { // 1 is good: IP's, and that of TCP or UDP
			t.Errorf("checksums of %s: %q, want all good", line, sums)
		}
		sender := " server"
		if strings.HasPrefix(f[4], "10.0.0.1|") {
			sender = " client"
		}
		if name, here := strings.CutSuffix(f[0], sender); here { // not where it was handed over
			got[name] = append(got[name], f[4])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the traces and tshark differ (-trace +tshark):\n%s", diff)
	}
}

var slow = link.Conditions{Delay: 5 * time.Millisecond}

func echo(t *testing.T, o testbed.Driver, transport testbed.Transport, seed uint64, conditions wire.Options) packet.Trace {
	t.Helper()
	conditions.Seed = seed
	b := &testbed.Bench{Options: result.Options{Seed: seed}, Transports: []testbed.Transport{transport}, Conditions: conditions, Driver: o}
	found, err := probe.Echo(t.Context(), b, transport, 512)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// asTshark writes a packet as tshark does.
func asTshark(p packet.Packet) string {
	if p.UDP != nil {
		return fmt.Sprintf("%s|%d||||||%d", p.Source, p.Length, p.UDP.Length)
	}
	s := p.TCP
	ack := strconv.Itoa(int(s.RelativeAck))
	return fmt.Sprintf("%s|%d|0x%04x|%d|%s|%d|%d|", p.Source, p.Length, uint8(s.Flags), s.RelativeSeq, ack, s.ScaledWindow, p.Payload)
}

// seeds are how many lossy conversations are held against tshark's analysis.
const seeds = 20

// What tshark may call a segment that is sent again.
const (
	resent            = "tcp.analysis.retransmission"
	resentOrOvertaken = "(tcp.analysis.retransmission || tcp.analysis.out_of_order)"
)
