package lab_test

import (
	"os/exec"
	"slices"
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
	{"lab/simulated", []string{"lab", "lab/wire", "lab/simulated/protocol"}, []string{
		"github.com/tetratelabs/wazero", "github.com/rogpeppe/go-internal/lockedfile",
	}, "the sandbox lives here only; what runs in it it neither knows nor imports"},
	{"lab/simulated/protocol", []string{"lab", "lab/wire"}, nil,
		"what the two sides of the sandbox's wall say to each other"},
	{"lab/simulated/guest", []string{
		"lab", "lab/wire", "lab/netstack", "lab/experiments", "lab/simulated/protocol",
	}, nil, "the program inside: the lessons on the stack that opens everywhere"},
	{"lab/netns", []string{"lab", "lab/wire"}, []string{"github.com/vishvananda", "golang.org/x/sys"}, "namespaces and netlink live here only"},
	{"lab/trace", []string{"lab", "lab/link", "lab/wire"}, []string{"github.com/gopacket/gopacket"}, "the one decoder"},
	{"lab/trace/capture", []string{"lab", "lab/link", "lab/wire", "lab/trace"}, []string{"github.com/gopacket/gopacket"}, "files of packets, written and read"},
	{"lab/trace/ladder", []string{"lab", "lab/link", "lab/wire", "lab/trace", "lab/words"}, nil, "draws what the decoder tells and decodes nothing itself"},
	{"lab/experiments", []string{"lab", "lab/link", "lab/wire", "lab/theory", "lab/trace"}, []string{"golang.org/x/sync", "golang.org/x/sys"}, "lessons stand on the bench, never on a stack"},
	{"lab/experiments/integration", nil, nil, "tests only: every lesson on the network simulated"},
	{"lab/words", []string{"lab"}, []string{"golang.org/x/text", "github.com/mattn/go-runewidth"}, "the catalogue"},
	{"lab/words/wordstest", []string{"lab/words"}, nil, "finds what the catalogue lacks"},
	{"lab/predict", []string{"lab", "lab/words"}, nil, "guesses are marked by what was measured, whoever measured it"},
	{"lab/report", []string{"lab", "lab/words", "lab/predict"}, []string{"github.com/olekukonko/tablewriter"}, "tables live here only"},
	{"lab/report/reporttest", nil, []string{"github.com/santhosh-tekuri/jsonschema"}, "holds reports against their schema, which knows nothing of the code"},
	{"lab/grade", []string{"lab", "lab/grade/sandbox"}, []string{"golang.org/x/sync"}, "runs checks, whatever it is that they check"},
	{"lab/grade/sandbox", nil, []string{"golang.org/x/sys"}, "guards strangers' programs, so it trusts nothing but the system"},
	{"lab/grade/checks", []string{"lab", "lab/link", "lab/wire", "lab/trace", "lab/netstack", "lab/grade", "lab/grade/sandbox"}, []string{"golang.org/x/sys"}, "talks to programs over sockets; of the stacks it knows the one that opens everywhere"},
	{"lab/grade/assignments", nil, nil, "texts and starter folders; what is graded it is told"},
	{"lab/grade/format", []string{"lab", "lab/words", "lab/grade"}, nil, "prints results and runs nothing"},
	{"lab/grade/pack", nil, nil, "makes archives out of files that it is given"},
	{"lab/labtest", []string{"lab", "lab/link", "lab/wire"}, []string{"golang.org/x/sync", "go.uber.org/goleak"}, "the kit for transports and networks knows none of them"},
	{"lab/labtest/peer", nil, nil, "other people's programs, started and stopped"},
	{"cmd/mutants", nil, []string{"golang.org/x/sync"}, "makes mistakes in copies of the sources, whatever they are"},
	{"cmd/lab", []string{
		"tcp", "udp", "lab", "lab/link", "lab/wire", "lab/netstack", "lab/netns", "lab/simulated",
		"lab/trace", "lab/trace/capture", "lab/trace/ladder",
		"lab/experiments", "lab/words", "lab/predict", "lab/report",
		"lab/grade", "lab/grade/sandbox", "lab/grade/checks", "lab/grade/assignments", "lab/grade/format", "lab/grade/pack",
	}, []string{
		"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/sync", "golang.org/x/term",
	}, "the front desk: flags, colour and exit codes live here only"},
}

// TestFloorPlan holds every room to the plan, and the plan to the rooms.
func TestFloorPlan(t *testing.T) {
	imports := imports(t)
	planned := map[string]bool{}
	for _, r := range plan {
		planned[r.path] = true
		t.Run(r.path, func(t *testing.T) {
			for imported := range imports[r.path] {
				if !r.allows(imported) {
					t.Errorf("%s imports %s\nthe plan says: %s", r.path, imported, r.reason)
				}
			}
			if imports[r.path] == nil {
				t.Errorf("the plan has %s, the house has not", r.path)
			}
		})
	}
	for path := range imports {
		if !planned[path] {
			t.Errorf("the house has %s, the plan has not: say what it may import, and why", path)
		}
	}
}

// allows reports whether the room may import that package.
func (r room) allows(imported string) bool {
	ours, own := strings.CutPrefix(imported, module)
	if own {
		return slices.Contains(r.ours, ours)
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(r.others, func(other string) bool {
		return imported == other || strings.HasPrefix(imported, other+"/")
	})
}

// module is what comes before the paths of our rooms.
const module = "echolab/"

// imports lists what the code of every room, tests left out, imports on every
// system.
func imports(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...")
		cmd.Env = append(cmd.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("list the packages for %s: %v", system, err)
		}
		for line := range strings.Lines(string(out)) {
			words := strings.Fields(line)
			path := strings.TrimPrefix(words[0], module)
			if all[path] == nil {
				all[path] = map[string]bool{}
			}
			for _, imported := range words[1:] {
				all[path][imported] = true
			}
		}
	}
	return all
}
