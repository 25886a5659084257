package procnet

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const heading = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

// folder is one with these tables.
func folder(t *testing.T, tables map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, table := range tables {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestSockets reads what a little-endian kernel prints.
func TestSockets(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the tables of this test are of a little-endian machine")
	}
	dir := folder(t, map[string]string{
		"tcp": heading +
			"   0: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000\n" +
			"   1: 0100007F:2329 0200000A:C350 06 00000000:00000000 03:00001770 00000000    0\n" +
			"   2: 0100007F:2329 0200007F:9C41 01 00000000:00000000\n",
		"tcp6": heading +
			"   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000\n" +
			"   1: 0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000200007F:0017 0C 00000000:00000000\n",
	})
	got, err := Sockets(dir, "tcp")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort
	want := []Socket{
		{at("127.0.0.1:9001"), at("0.0.0.0:0"), Listen}, {at("127.0.0.1:9001"), at("10.0.0.2:50000"), TimeWait},
		{at("127.0.0.1:9001"), at("127.0.0.2:40001"), Established},
		{at("[::1]:22"), at("[::]:0"), Listen}, {at("127.0.0.1:22"), at("127.0.0.2:23"), "SYN-RECEIVED"},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.AddrPort{})); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
}

// TestSocketsOfDamagedTables: a table that cannot be read is an error that names it.
func TestSocketsOfDamagedTables(t *testing.T) {
	for _, line := range []string{
		"0: 0100007F:2329", "0: 0100007F:23290 00000000:0000 0A", "0: 0100007G:2329 00000000:0000 0A",
		"0: 0100:2329 00000000:0000 0A", "0: 0100007F:2329 00000000 0A", "", "0: 0100007F 00000000:0000 0A",
		"0: 01007F:2329 00000000:0000 0A", "0: zz00007F:2329 00000000:0000 0A",
	} {
		dir := folder(t, map[string]string{"udp": heading + line + "\n"})
		if _, err := Sockets(dir, "udp"); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "udp")) {
			t.Errorf("%q: %v", line, err)
		}
	}
	if _, err := Sockets(t.TempDir(), "tcp"); err == nil {
		t.Error("a folder without tables has sockets")
	}
}

// TestOwnSockets finds a socket of this process in the system's own table.
func TestOwnSockets(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux has these tables")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	sockets, err := Sockets("/proc/self/net", "tcp")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sockets {
		if s.Local.String() == l.Addr().String() && s.State == Listen {
			return
		}
	}
	t.Errorf("no socket listens at %s: %v", l.Addr(), sockets)
}

// TestCounters reads pairs of lines, and passes over what has no number.
func TestCounters(t *testing.T) {
	dir := folder(t, map[string]string{"snmp": "Ip: Forwarding ReasmFails\nIp: 1 7\n" +
		"Tcp: MaxConn InErrs RetransSegs\nTcp: -1 2\nUdp: InErrors\nUdp: 9223372036854775807\n"})
	got, err := Counters(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{
		"Ip.Forwarding": 1, "Ip.ReasmFails": 7, "Tcp.MaxConn": -1, "Tcp.InErrs": 2, "Udp.InErrors": 9223372036854775807,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if _, err := Counters(t.TempDir()); err == nil {
		t.Error("a folder without tables has counters")
	}
}
