package lab_test

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows are what a room imports, rooms of this module by their path and modules
// of others, with the reason for each. The standard library is free.
type arrows map[string]string

// lessons stands for every lesson: the folders of lab/experiments that have no
// line of their own.
const lessons = "lab/experiments/NAME"

// plan is the house from the ground up. It is policy: nobody edits it merely to
// make a test pass.
var plan = map[string]arrows{
	"tcp": {}, // an exhibit that a student can lift out
	"udp": {}, // its twin

	// The leaves: laws, formulas and words.
	"lab/text": {
		"golang.org/x/text":             "language tags",
		"github.com/mattn/go-runewidth": "how wide a letter is",
	},
	"lab/theory": {"gonum.org/v1/gonum": "distributions"},
	"lab/link":   {"lab/text": "how reports tell a condition"},
	"lab/wire": {
		"lab/link":         "it drives two of them",
		"golang.org/x/sys": "a timer that is finer than Go's",
	},
	"lab/result": {
		"lab/text":   "labels, warnings and reasons",
		"lab/theory": "medians",
	},

	// Packets: data in, data out.
	"lab/packet": {
		"lab/link": "the fate of a packet",
		"lab/wire": "the events that packets come in",
		"lab/text": "annotations",
	},
	"lab/capture": {
		"lab/link":    "the fate of a packet",
		"lab/wire":    "it taps wires",
		"lab/text":    "the comments of a capture",
		"lab/packet":  "what it records and reads",
		"lab/testbed": "which transport's conversations",
	},
	"lab/ladder": {
		"lab/link":   "the fate of a packet",
		"lab/wire":   "which side sent it",
		"lab/packet": "what it draws",
		"lab/text":   "in the reader's language",
	},

	// The test bed, and ways to have two hosts and a wire.
	"lab/testbed": {
		"lab/text":          "warnings",
		"lab/result":        "what a job finds",
		"lab/theory":        "how long a transfer may take",
		"lab/link":          "how late a packet may be",
		"lab/wire":          "conditions and taps",
		"golang.org/x/sync": "one goroutine a transport",
	},
	"lab/transports": {
		"lab/testbed": "the contract", "tcp": "a column", "udp": "a column",
	},
	"lab/networks":           {"lab/text": "why a network does not open", "lab/testbed": "the contract"},
	"lab/networks/procnet":   {}, // what Linux tells of a network namespace
	"lab/networks/localhost": {"lab/testbed": "the contract"},
	"lab/networks/virtual": {
		"lab/networks":      "addresses, deadlines and bounds",
		"lab/testbed":       "the contract",
		"lab/wire":          "between the two stacks",
		"gvisor.dev/gvisor": "the user-space stack lives here only",
	},
	"lab/networks/kernel": {
		"lab/networks":           "addresses and bounds",
		"lab/networks/procnet":   "counters and sockets of a namespace",
		"lab/testbed":            "the contract",
		"lab/link":               "whether a packet was handed over",
		"lab/wire":               "between the two namespaces",
		"github.com/vishvananda": "namespaces and netlink live here only",
		"golang.org/x/sys":       "TUN devices",
	},
	"lab/networks/simulated": {
		"lab/networks":                    "why it does not open",
		"lab/networks/simulated/protocol": "what it says to the program inside",
		"lab/testbed":                     "the contract",
		"lab/text":                        "what takes long",
		"github.com/tetratelabs/wazero":   "the sandbox lives here only",
		"github.com/rogpeppe/go-internal": "a lock on the cache",
		"golang.org/x/sys":                "memory that grows where it lies",
	},
	"lab/networks/simulated/protocol": {
		"lab/testbed": "jobs and findings", "lab/text": "sentences among them", "lab/wire": "events",
	},
	"lab/networks/simulated/guest": {
		"lab/networks/simulated/protocol": "what it says to its host",
		"lab/networks/virtual":            "the stack that opens everywhere",
		"lab/experiments":                 "it runs jobs",
		"lab/experiments/registry":        "all lessons are inside",
		"lab/testbed":                     "jobs and findings",
		"lab/transports":                  "all columns are inside",
		"lab/wire":                        "it tells of its wires",
	},

	// The lessons stand on the test bed, never on a stack.
	"lab/experiments": {
		"lab/text": "questions", "lab/result": "measurements and verdicts", "lab/testbed": "what a lesson runs on",
		"lab/link": "conditions that were asked for", "lab/wire": "its own conditions",
		"lab/packet": "what to look at among its packets",
	},
	"lab/experiments/probe": {
		"lab/text": "outcomes", "lab/experiments": "rows that lessons share", "lab/result": "their cells",
		"lab/testbed": "what an instrument measures on", "lab/theory": "expectations", "lab/link": "conditions",
		"lab/wire": "taps", "lab/packet": "what passed", "lab/capture": "recorders",
		"golang.org/x/sync": "flows side by side",
	},
	"lab/experiments/probe/probetest": { // what tests of lessons share
		"lab/experiments": "what is tried", "lab/labtest": "a network in memory", "lab/testbed": "the contract",
		"lab/transports": "the size of a frame", "lab/link": "laws to hold theory against", "lab/wire": "conditions",
		"lab/packet": "packets by hand", "lab/result": "what is wanted",
	},
	"lab/experiments/registry": {
		"lab/experiments": "the contract", "lab/experiments/probe": "one echo to trace", "lab/text": "sentences",
		"lab/result": "the documents' table", "lab/testbed": "the test bed", "lab/link": "conditions", "lab/wire": "conditions",
		"lab/packet": "what to look at", lessons: "it lists them",
	},
	lessons: {
		"lab/experiments": "the contract", "lab/experiments/probe": "instruments", "lab/text": "sentences",
		"lab/result": "measurements", "lab/testbed": "the test bed", "lab/theory": "expectations",
		"lab/link": "conditions", "lab/wire": "conditions and taps", "lab/packet": "what passed",
		"lab/capture": "recorders", "lab/transports": "plain TCP for a bare wire",
		"lab/networks/localhost": "the system's own sockets", "lab/networks/procnet": "the system's table of them",
		"golang.org/x/sync": "clients side by side", "golang.org/x/sys": "socket options",
	},
	"lab/experiments/integration": {}, // tests only: every lesson on the network simulated

	// The runner.
	"lab": {
		"lab/text": "warnings", "lab/result": "the report", "lab/testbed": "jobs", "lab/experiments": "what it runs",
		"lab/networks": "why one does not open", "lab/networks/localhost": "where clean experiments run",
		"lab/wire": "taps", "golang.org/x/sync": "experiments side by side",
	},

	// What is made of a run while it goes on, and of its results.
	"lab/events": {
		"lab/text": "in the reader's language", "lab/result": "what was found", "lab/report": "tables for a page",
		"lab/experiments": "which lesson", "lab/testbed": "sockets and messages", "lab/capture": "what passed",
		"lab/packet": "packets and their notes", "lab/link": "their fates", "lab/wire": "conditions",
	},
	"lab/page":         {}, // files and a server; what it runs is handed to it
	"lab/page/browser": {}, // tests only: the page in Chromium
	"lab/quiz":         {"lab/text": "questions", "lab/result": "answers", "lab/link": "the table of conditions"},
	"lab/document":     {},                               // a web page in one file
	"lab/chart":        {"lab/text": "widths and words"}, // what a chart shows
	"lab/chart/plot": {
		"lab/chart": "what it draws", "gonum.org/v1/plot": "pictures are drawn here only",
		"golang.org/x/image": "the fonts of pictures",
	},
	"lab/chart/charttest": {"lab/chart": "charts for tests", "lab/theory": "what stands in them"},
	"lab/onefile": {
		"lab/document": "the frame of a file", "lab/page": "the modules that replay packets",
		"lab/events": "what it thins", "lab/experiments": "what it explains", "lab/result": "where a run was made",
		"lab/text": "in the reader's language",
	},
	"lab/report": {
		"lab/document": "its HTML in a file",
		"lab/text":     "in the reader's language", "lab/result": "what it prints", "lab/quiz": "how guesses were marked",
		"lab/link":                          "the table of conditions",
		"lab/networks/localhost":            "whose name goes without saying",
		"github.com/olekukonko/tablewriter": "tables live here only",
	},
	"lab/sweep": {
		"lab/text": "in the reader's language", "lab/result": "medians and verdicts", "lab/testbed": "seeds",
		"lab/link": "the table of conditions", "lab/theory": "the largest datagram", "lab/experiments": "the lesson",
		"lab/report": "figures as tables have them", "lab/chart": "curves", "lab/chart/plot": "pictures in its HTML",
		"lab/document": "its HTML in a file", "golang.org/x/sync": "runs side by side",
	},
	"lab/report/reporttest": {"github.com/santhosh-tekuri/jsonschema": "holds reports against their schema"},

	// The grader.
	"lab/grade": {
		"lab/text": "sentences", "lab/grade/sandbox": "where programs run",
		"lab/networks/procnet": "the states of a program's sockets", "golang.org/x/text": "names in composed letters",
	},
	// A class: data in, a clean folder or fingerprints out, and the room that puts them together.
	"lab/grade/intake":  {"lab/text": "what was mended", "golang.org/x/text": "names in CP949, and composed letters"},
	"lab/grade/similar": {},
	"lab/grade/class": {
		"lab/text": "sentences in records", "lab/grade": "one submission", "lab/grade/sandbox": "where programs are built",
		"lab/grade/intake": "what was handed in", "lab/grade/similar": "fingerprints",
		"golang.org/x/sync": "submissions side by side", "golang.org/x/text": "names in composed letters",
		"github.com/go-json-experiment": "records that keep the arguments of every sentence, wherever it stands",
	},
	"lab/grade/sandbox": {
		"lab/text": "warnings", "lab/networks/procnet": "the sockets of a program",
		"golang.org/x/sys": "it guards strangers' programs, and trusts nothing but the system",
	},
	"lab/grade/checks": {
		"lab/text": "titles and hints", "lab/grade": "what a check is", "lab/grade/sandbox": "programs under test",
		"lab/link": "the laws of a relay", "lab/quiz": "the questions of the theory",
	},
	// Beside the checks, for it makes files of the lab's assignments; they know nothing of
	// files.
	"lab/grade/teacher": {
		"lab/text": "texts in two languages", "lab/grade": "what it makes of a file", "lab/grade/checks": "what files use",
		"lab/grade/sandbox": "limits", "lab/link": "conditions of a transfer", "github.com/goccy/go-yaml": "the form of a file",
		"github.com/santhosh-tekuri/jsonschema": "what may stand in it", "golang.org/x/text": "the language of its errors",
	},
	// A room of its own beside the checks: it needs none of their scripts, only the
	// assignment that it is given, and holds embedded Markdown and templates.
	"lab/grade/handout": {"lab/text": "in the student's language", "lab/grade": "what an assignment is"},
	"lab/grade/format": {
		"lab/text": "in the reader's language", "lab/grade": "what it prints", "lab/result": "the documents' titles",
		"lab/document": "its HTML in a file", "lab/grade/class": "what came out of a class",
	},
	"lab/grade/pack": {"lab/text": "words that a shell reads as they are"},
	// It writes texts that other programs read, and knows of the grader only its
	// command line.
	"lab/grade/plan": {"lab/text": "words that a shell reads as they are", "go.yaml.in/yaml/v3": "YAML from values"},

	// Kits and tools.
	"lab/labtest": {
		"lab": "runs one experiment", "lab/experiments": "which", "lab/link": "conditions", "lab/result": "what was found",
		"lab/testbed": "the contract", "lab/transports": "columns", "lab/wire": "taps",
		"lab/networks":      "addresses and deadlines of a network in memory",
		"golang.org/x/sync": "flows side by side", "go.uber.org/goleak": "goroutines that are left",
	},
	"lab/labtest/peer": {},
	"cmd/mutants":      {"golang.org/x/sync": "mutants side by side"},

	// The front desk: flags, colour and exit codes live here only.
	"cmd/lab": {
		"lab": "runs", "lab/text": "languages", "lab/result": "options", "lab/testbed": "drivers",
		"lab/experiments": "conditions", "lab/experiments/registry": "lessons", "lab/experiments/probe": "one echo to trace",
		"lab/transports": "columns", "lab/networks": "why one does not open", "lab/networks/localhost": "a network",
		"lab/networks/kernel": "a network", "lab/networks/virtual": "a network", "lab/networks/simulated": "a network",
		"lab/link": "conditions of the command line", "lab/wire": "taps", "lab/packet": "traces", "lab/capture": "captures",
		"lab/ladder": "drawings", "lab/events": "streams", "lab/page": "the web page", "lab/onefile": "a run in one file",
		"lab/networks/simulated/protocol": "the name of the program inside the machine",
		"lab/networks/simulated/guest":    "inside WebAssembly it is that program",
		"lab/sweep":                       "curves", "lab/chart/plot": "pictures",
		"lab/report": "tables", "lab/quiz": "guesses", "lab/grade": "grades",
		"lab/grade/class": "classes", "lab/grade/checks": "assignments", "lab/grade/handout": "handouts", "lab/grade/format": "forms",
		"lab/grade/pack": "archives", "lab/grade/plan": "plans for engines", "lab/grade/teacher": "assignments in files",
		"lab/grade/sandbox": "the room inside", "tcp": "lab serve", "udp": "lab serve",
		"github.com/spf13/cobra": "commands", "github.com/spf13/pflag": "flags",
		"golang.org/x/sync": "servers side by side", "golang.org/x/term": "the width of the terminal",
	},
}

// TestFloorPlan holds every room to the plan, and the plan to the rooms.
func TestFloorPlan(t *testing.T) {
	house := map[string]map[string]bool{} // with all lessons as one
	for path, imported := range imports(t) {
		room := planned(path)
		if plan[room] == nil {
			t.Errorf("the house has %s, the plan has not: say what it may import, and why", path)
		}
		if house[room] == nil {
			house[room] = map[string]bool{}
		}
		for _, arrow := range slices.Sorted(maps.Keys(imported)) {
			house[room][arrow] = true
			if plan[room].to(arrow) == "" {
				t.Errorf("%s imports %s, and the plan has no reason", path, arrow)
			}
		}
	}
	for room, arrows := range plan {
		if house[room] == nil {
			t.Errorf("the plan has %s, the house has not", room)
		}
		for arrow := range arrows {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(house[room])), func(p string) bool { return within(p, arrow) }) {
				t.Errorf("the plan lets %s import %s, which it does not", room, arrow)
			}
		}
	}
}

// planned is the line of the plan that a room of ours is under.
func planned(path string) string {
	if plan[path] == nil && strings.HasPrefix(path, "lab/experiments/") {
		return lessons
	}
	return path
}

// to is the reason why a package is imported; "" if there is none.
func (a arrows) to(imported string) string {
	for arrow, reason := range a {
		if within(imported, arrow) {
			return reason
		}
	}
	return ""
}

// within reports whether an imported package is what an arrow points at: that
// room of ours, or a package of that module of others.
func within(imported, arrow string) bool {
	ours, own := strings.CutPrefix(imported, module)
	if own {
		return planned(ours) == arrow
	}
	return imported == arrow || strings.HasPrefix(imported, arrow+"/")
}

// module is what comes before the paths of our rooms.
const module = "echolab/"

// imports lists what the code of every room, tests left out, imports on every
// system, but for the standard library.
func imports(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	for _, system := range []string{"linux/amd64", "darwin/arm64", "windows/amd64", "wasip1/wasm"} {
		goos, goarch, _ := strings.Cut(system, "/")
		cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...")
		cmd.Env = append(cmd.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
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
				if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") || strings.HasPrefix(imported, module) {
					all[path][imported] = true
				}
			}
		}
	}
	return all
}
