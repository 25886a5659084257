package lab_test

import (
	"os/exec"
	"strings"
	"testing"
)

// room is a part of the house and what it may import besides the standard
// library. This table is policy: it is not edited merely to make a test pass.
type room struct {
	path   string   // below the module
	ours   []string // rooms of this module
	others []string // modules of others
	reason string
}

var plan = []room{
	{"tcp", nil, nil, "an exhibit that a student can lift out"},
	{"udp", nil, []string{"golang.org/x/net"}, "its twin; x/net for batches"},
	{"lab", []string{"tcp", "udp", "lab/link", "lab/wire", "lab/theory"}, []string{"golang.org/x/sync"}, "the bench knows the transports and the wire, not the stacks"},
	{"lab/theory", nil, []string{"gonum.org/v1/gonum"}, "pure formulas; the statistics library lives here"},
	{"lab/link", nil, nil, "pure laws of one direction"},
	{"lab/wire", []string{"lab/link"}, []string{"golang.org/x/sys"}, "the clockwork around two links"},
	{"lab/netstack", []string{"lab", "lab/link", "lab/wire"}, []string{"gvisor.dev/gvisor"}, "the user-space stack lives here only"},
	{"lab/netns", []string{"lab", "lab/link", "lab/wire"}, []string{"github.com/vishvananda", "golang.org/x/sys"}, "namespaces and netlink live here only"},
	{"lab/trace", []string{"lab", "lab/link", "lab/wire", "lab/words"}, []string{"github.com/gopacket/gopacket"}, "the one decoder"},
	{"lab/experiments", []string{"lab", "lab/link", "lab/wire", "lab/theory", "lab/trace"}, []string{"golang.org/x/sync", "golang.org/x/sys"}, "lessons stand on the bench, never on a stack"},
	{"lab/words", []string{"lab"}, []string{"golang.org/x/text", "github.com/mattn/go-runewidth"}, "the catalogue"},
	{"lab/predict", []string{"lab", "lab/words"}, nil, "guesses are marked by what was measured, whoever measured it"},
	{"lab/report", []string{"lab", "lab/words", "lab/predict"}, []string{"github.com/olekukonko/tablewriter"}, "tables live here only"},
}

// TestFloorPlan holds every room to the plan.
func TestFloorPlan(t *testing.T) {
	for _, r := range plan {
		t.Run(r.path, func(t *testing.T) {
			for _, imported := range imports(t, r.path) {
				if !r.allows(imported) {
					t.Errorf("%s imports %s\nthe plan says: %s", r.path, imported, r.reason)
				}
			}
		})
	}
}

// allows reports whether the room may import that package.
func (r room) allows(imported string) bool {
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") && first != "echolab" {
		return true // the standard library
	}
	for _, ours := range r.ours {
		if imported == "echolab/"+ours {
			return true
		}
	}
	for _, module := range r.others {
		if imported == module || strings.HasPrefix(imported, module+"/") {
			return true
		}
	}
	return strings.HasPrefix(imported, "echolab/"+r.path+"/")
}

// imports lists what the room's code, tests left out, imports on every system.
func imports(t *testing.T, path string) []string {
	t.Helper()
	seen := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "echolab/"+path)
		cmd.Env = append(cmd.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list echolab/%s for %s: %v", path, system, err)
		}
		for _, p := range strings.Fields(string(out)) {
			seen[p] = true
		}
	}
	var all []string
	for p := range seen {
		all = append(all, p)
	}
	return all
}
