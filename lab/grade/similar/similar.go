// Package similar finds programs that resemble each other more than by chance: whoever
// changes names, comments and layout does not change what is compared here.
//
// Sources become tokens, in which every name is the same; the hashes of all runs of tokens
// of one length are thinned out by winnowing, which keeps at least one of every stretch and
// so finds every shared passage of a certain length (Schleimer, Wilkerson, Aiken: "Winnowing:
// Local Algorithms for Document Fingerprinting", SIGMOD 2003). Two programs are as similar
// as the share of fingerprints that both have (Jaccard).
//
// That two programs are similar is a reason to look at them, and no proof of anything.
package similar

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"slices"
)

const (
	run    = 12   // tokens that are hashed together: what is shorter is chance
	window = 4    // of hashes one is kept: a shared passage of run+window-1 tokens is found
	most   = 4000 // fingerprints of one program

	// Least is how many fingerprints a program needs to be compared: small programs for
	// the same task are alike.
	Least = 20
)

// Prints are the fingerprints of a program, in order, each once.
type Prints []uint32

// Program is what is compared of a program.
type Program struct {
	Exact  string `json:"exact"` // tells sources apart that differ in more than comments and layout; "" is no source
	Prints Prints `json:"prints"`
}

// Of reads the sources in a folder.
func Of(dir fs.FS) (Program, error) {
	var all Prints
	exact, sources := sha256.New(), 0
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		lang, ok := languages[path.Ext(name)]
		if err != nil || !ok || !d.Type().IsRegular() {
			return err
		}
		content, err := fs.ReadFile(dir, name)
		lexemes := lang.lexemes(content)
		for _, l := range lexemes {
			_, _ = fmt.Fprintf(exact, "%q ", l) // never fails
		}
		all = append(all, winnow(hashes(lang.tokens(lexemes)))...)
		sources++
		return err
	})
	slices.Sort(all)
	all = slices.Compact(all)
	p := Program{Prints: all[:min(len(all), most)]}
	if sources > 0 {
		p.Exact = hex.EncodeToString(exact.Sum(nil))
	}
	return p, err
}

// hashes are those of all runs of tokens.
func hashes(tokens []string) []uint32 {
	var all []uint32
	for i := range max(0, len(tokens)-run+1) {
		h := fnv.New32a()
		for _, token := range tokens[i : i+run] {
			_, _ = h.Write([]byte(token)) // never fails
			_, _ = h.Write([]byte{0})
		}
		all = append(all, h.Sum32())
	}
	return all
}

// winnow keeps of each window of hashes the smallest one.
func winnow(all []uint32) Prints {
	var kept Prints
	for i := range max(0, len(all)-window+1) {
		kept = append(kept, slices.Min(all[i:i+window]))
	}
	return kept
}

// Without is a program without what everybody was given. Where nothing was changed of that,
// nothing is left.
func (p Program) Without(given ...Program) Program {
	for _, g := range given {
		if p.Exact == g.Exact {
			return Program{}
		}
		p.Prints = slices.DeleteFunc(slices.Clone(p.Prints), func(print uint32) bool {
			_, found := slices.BinarySearch(g.Prints, print)
			return found
		})
	}
	return p
}

// MarshalText writes eight hexadecimal digits for each.
func (p Prints) MarshalText() ([]byte, error) {
	b := make([]byte, 0, 4*len(p))
	for _, print := range p {
		b = binary.BigEndian.AppendUint32(b, print)
	}
	return hex.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText has written.
func (p *Prints) UnmarshalText(digits []byte) error {
	b, err := hex.AppendDecode(nil, digits)
	if err != nil {
		return err
	}
	*p = nil
	for ; len(b) >= 4; b = b[4:] {
		*p = append(*p, binary.BigEndian.Uint32(b))
	}
	return nil
}

// Jaccard is the share of fingerprints that both have among those that one has, from 0 to 1.
func Jaccard(a, b Prints) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch cmp.Compare(a[i], b[j]) {
		case 0:
			both, i, j = both+1, i+1, j+1
		case -1:
			i++
		case 1:
			j++
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// Pair are two programs, by their place in the list, and how similar they are.
type Pair struct {
	A, B       int
	Similarity float64
}

// Equal are the groups of programs, by their place in the list, that differ in no more than
// comments and layout.
func Equal(all []Program) [][]int {
	groups := map[string][]int{}
	for i, p := range all {
		groups[p.Exact] = append(groups[p.Exact], i)
	}
	var equal [][]int
	for exact, group := range groups {
		if exact != "" && len(group) > 1 {
			equal = append(equal, group)
		}
	}
	slices.SortFunc(equal, slices.Compare)
	return equal
}

// Pairs are those of at least a similarity, the most similar first. Of equal ones only the first
// is compared.
func Pairs(all []Program, least float64) []Pair {
	var pairs []Pair
	places := worth(all)
	for i, b := range places {
		for _, a := range places[:i] {
			if s := Jaccard(all[a].Prints, all[b].Prints); s >= least {
				pairs = append(pairs, Pair{a, b, s})
			}
		}
	}
	slices.SortFunc(pairs, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.Similarity, p.Similarity), cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B))
	})
	return pairs
}

// worth are the programs that are large enough to be compared, each of equal ones once.
func worth(all []Program) []int {
	var places []int
	seen := map[string]bool{}
	for i, p := range all {
		if len(p.Prints) >= Least && !seen[p.Exact] {
			places = append(places, i)
			seen[p.Exact] = true
		}
	}
	return places
}
