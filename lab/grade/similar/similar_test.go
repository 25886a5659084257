package similar

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// programs are good echo servers that were written apart.
const programs = "../../../testdata/programs"

func source(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(programs, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func of(t *testing.T, name, content string) Program {
	t.Helper()
	p, err := Of(fstest.MapFS{name: {Data: []byte(content)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDisguise: other names, comments, layout and texts are no other program.
func TestDisguise(t *testing.T) {
	for name, comment := range map[string]string{
		"echo-tcp-concurrent/python/good.py": "# my own work",
		"echo-tcp-concurrent/go/good.go":     "// my own work",
		"echo-tcp-concurrent/c/good.c":       "/* my own work */",
	} {
		original := source(t, name)
		word := regexp.MustCompile(`\b(conn|client|data|buffer|server|n|c|s|fd|sock)\b`)
		disguised := word.ReplaceAllString(original, "${1}_2")
		disguised = strings.ReplaceAll(disguised, "\n", "  "+comment+"\n\n")
		a, b := of(t, name, original), of(t, name, disguised)
		if len(a.Prints) < Least {
			t.Fatalf("%s: %d prints only", name, len(a.Prints))
		}
		if got := Jaccard(a.Prints, b.Prints); got < 0.95 {
			t.Errorf("%s: similarity %.2f to itself in disguise", name, got)
		}
	}
}

// TestApart: programs that solve different tasks in one language are below what is told.
func TestApart(t *testing.T) {
	pairs := [][2]string{
		{"echo-tcp-concurrent/python/good.py", "reliable-udp/python/good.py"},
		{"echo-tcp-concurrent/go/good.go", "reliable-udp/go/good.go"},
		{"echo-tcp-concurrent/c/good.c", "reliable-udp/c/good.c"},
		{"client-tcp/c/good.c", "echo-tcp/c/good.c"},
	}
	for _, p := range pairs {
		if got := Jaccard(of(t, p[0], source(t, p[0])).Prints, of(t, p[1], source(t, p[1])).Prints); got > 0.4 {
			t.Errorf("%s and %s: similarity %.2f", p[0], p[1], got)
		}
	}
}

// TestWinnowGuarantee: a passage of run+window-1 tokens that two sources share leaves a
// print that both have, wherever it stands.
func TestWinnowGuarantee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		noise := func() []string { return draws(draw, draw.IntN(60)) }
		shared := draws(draw, run+window-1)
		a := winnow(hashes(slices.Concat(noise(), shared, noise())))
		b := winnow(hashes(slices.Concat(noise(), shared, noise())))
		if !slices.ContainsFunc(a, func(print uint32) bool { return slices.Contains(b, print) }) {
			t.Fatal("the shared passage is not found")
		}
	})
}

func draws(draw *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = string(rune('a' + draw.IntN(26)))
	}
	return words
}

// TestWithout: what was handed out is not counted, and whoever changed nothing of it is not
// compared at all.
func TestWithout(t *testing.T) {
	given := of(t, "a.py", source(t, "echo-tcp/python/good.py"))
	if own := given.Without(given); own.Exact != "" || len(own.Prints) != 0 {
		t.Errorf("%+v is left of what was handed out", own)
	}
	other := of(t, "a.py", source(t, "echo-udp/python/good.py"))
	own := other.Without(given)
	if len(own.Prints) == 0 || len(own.Prints) >= len(other.Prints) || own.Exact != other.Exact {
		t.Errorf("%d of %d prints are left", len(own.Prints), len(other.Prints))
	}
}

func TestPairs(t *testing.T) {
	program := func(exact string, from, to uint32) Program {
		p := Program{Exact: exact}
		for i := from; i < to; i++ {
			p.Prints = append(p.Prints, i)
		}
		return p
	}
	all := []Program{
		program("a", 0, 100), program("b", 50, 150), program("c", 0, 90), program("d", 0, Least-1),
		program("e", 0, Least-1), program("d", 0, Least-1), {}, {},
		program("c", 0, 90),
	}
	got := Pairs(all, 0.25)
	want := []Pair{{0, 2, 0.9}, {0, 1, 50. / 150}, {1, 2, 40. / 150}}
	if !slices.Equal(got, want) {
		t.Errorf("pairs %v, want %v", got, want)
	}
	if got := Equal(all); !reflect.DeepEqual(got, [][]int{{2, 8}, {3, 5}}) {
		t.Errorf("equal are %v, want 2 and 8, and 3 and 5", got)
	}
}

func TestKept(t *testing.T) {
	p := of(t, "a.go", source(t, "echo-tcp/go/good.go"))
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Program
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("%v became %v (%v)", p, back, err)
	}
}
