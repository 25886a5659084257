package class

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// content is all that lies in a folder, by name; but for the marks of shares.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "shard-") {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// shard grades a share of the class.
func shard(t *testing.T, from, output string, i, n int) {
	t.Helper()
	graded(t, from, output, Options{Jobs: 2, Shard: Shard{i, n}})
}

// TestShards: the shares of a class, in one folder or in several, are together what the class is
// at once, to the byte; also when one of them was ended in the middle and done again.
func TestShards(t *testing.T) {
	files, _ := mixed(t)
	from, whole := tree(t, files), t.TempDir()
	graded(t, from, whole, Options{Jobs: 3})
	want := content(t, whole)

	const shares = 5
	shared, apart := t.TempDir(), make([]string, shares)
	for i := range apart {
		apart[i] = t.TempDir()
		shard(t, from, apart[i], i+1, shares)
		if i != 2 {
			shard(t, from, shared, i+1, shares)
		}
	}
	_, err := Merge(t.TempDir(), []string{shared})
	if err == nil || !strings.Contains(err.Error(), "of 11 submissions are missing (of the shares 3 of 5): ") {
		t.Errorf("without the third share merge says %v", err)
	}
	if err := os.CopyFS(filepath.Join(shared, records), os.DirFS(filepath.Join(apart[2], records))); err != nil {
		t.Fatal(err)
	}
	shard(t, from, shared, 3, shares) // again, over what is there
	for name, folders := range map[string][]string{"one folder": {shared}, "several": apart, "twice": append(apart, shared)} {
		merged := t.TempDir()
		if _, err := Merge(merged, folders); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, content(t, merged)); diff != "" {
			t.Errorf("%s: not the same as at once (-want +got):\n%s", name, diff)
		}
	}
}

// TestMergeRefuses what does not belong together.
func TestMergeRefuses(t *testing.T) {
	from := tree(t, map[string]string{"a/x.sh": "", "b/x.sh": ""})
	a := grade.Assignment{ID: "small"}
	at := func(from string, o grade.Options, s Shard) string {
		o.Command = []string{"sh", "x.sh"}
		dir := t.TempDir()
		c, err := Open(a, from, dir, Options{Options: o, Shard: s})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Todo() {
			r := &Record{Plan: c.Plan, Entry: e, Result: *grade.NotRun(a, c.options.Options, grade.Passed, text.Say(reasons[grade.Refused]))}
			if err := c.folder.write(r); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	first := at(from, grade.Options{}, Shard{1, 2})
	other := at(from, grade.Options{}, Shard{})
	r, err := Folder(other).Record("a")
	if err != nil {
		t.Fatal(err)
	}
	r.Result.Score = 1
	if err := Folder(other).write(r); err != nil {
		t.Fatal(err)
	}
	changed := at(tree(t, map[string]string{"a/x.sh": "", "b/x.sh": "exit"}), grade.Options{}, Shard{2, 2})
	more := at(tree(t, map[string]string{"a/x.sh": "", "b/x.sh": "", "c/x.sh": ""}), grade.Options{}, Shard{2, 2})
	mixed := at(from, grade.Options{}, Shard{2, 2})
	if r, err = Folder(other).Record("b"); err != nil {
		t.Fatal(err)
	}
	r.Plan.Lab = "v2"
	if err := Folder(mixed).write(r); err != nil {
		t.Fatal(err)
	}
	broken := at(from, grade.Options{}, Shard{2, 2})
	put(t, filepath.Join(broken, records, "b.json"), `{"plan": {}, "entry": {}, "result": {}, "grade": 100}`)
	for name, test := range map[string]struct {
		folders []string
		says    string
	}{
		"nothing":          {[]string{t.TempDir()}, "holds no results of a class"},
		"half":             {[]string{first}, "1 of 2 submissions are missing: b"},
		"another seed":     {[]string{first, at(from, grade.Options{Seed: 2}, Shard{2, 2})}, "they differ in the seed: 2, not 0"},
		"another version":  {[]string{first, at(from, grade.Options{Version: "v2"}, Shard{2, 2})}, "the version of the lab: v2, not none"},
		"two of one":       {[]string{first, other}, "two records of a, and their grades differ"},
		"another hand-in":  {[]string{first, changed}, "the submission b is not the same"},
		"another class":    {[]string{first, more}, "the first has no submission c"},
		"a smaller class":  {[]string{more, first}, "the second has no submission c"},
		"a stray record":   {[]string{first, mixed}, "a record of b from another grading: the version of the lab: v2"},
		"a changed record": {[]string{first, broken}, "no record of this version"},
	} {
		t.Run(name, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "merged")
			if _, err := Merge(output, test.folders); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v\nwant %q in it", err, test.says)
			}
			if _, err := os.Stat(output); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// TestTwoStories: of two gradings of a submission with the same grade the first is taken, and a
// whole one before one that was interrupted.
func TestTwoStories(t *testing.T) {
	l := &List{Plan: full().Plan, Submissions: []Entry{full().Entry}}
	at := func(change func(r *Record)) string {
		f, r := Folder(t.TempDir()), full()
		change(r)
		if err := errors.Join(f.begin(l), f.write(r)); err != nil {
			t.Fatal(err)
		}
		return string(f)
	}
	story := func(output string) func(*Record) {
		return func(r *Record) { r.Result.Checks[0].Output = output }
	}
	first, second := at(story("22196 KiB")), at(story("22092 KiB"))
	cut := at(func(r *Record) { r.Result.Interrupted, r.Result.Checks[0].Status = true, grade.Skipped })
	for _, folders := range [][]string{{first, second}, {cut, first, second}, {first, cut, second}} {
		merged := Folder(t.TempDir())
		if _, err := Merge(string(merged), folders); err != nil {
			t.Fatal(err)
		}
		r, err := merged.Record(full().Entry.Name)
		if err != nil || r.Result.Checks[0].Output != "22196 KiB" || r.Result.Interrupted {
			t.Errorf("of %v the merged one says %q (%v)", folders, r.Result.Checks[0].Output, err)
		}
	}
}

// TestShardFrom: engines that tell a task which of how many it is.
func TestShardFrom(t *testing.T) {
	for name, test := range map[string]struct {
		env        string
		want, says string
	}{
		"nothing":          {"", "0/0 ", ""},
		"its own":          {"LAB_SHARD=2/3 JOB_COMPLETION_INDEX=0", "2/3 LAB_SHARD", ""},
		"slurm from 0":     {"SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=6 SLURM_ARRAY_TASK_MIN=0", "1/6 SLURM_ARRAY_TASK_ID", ""},
		"slurm from 1":     {"SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_COUNT=6 SLURM_ARRAY_TASK_MIN=1", "6/6 SLURM_ARRAY_TASK_ID", ""},
		"kubernetes":       {"JOB_COMPLETION_INDEX=5 JOB_COMPLETIONS=6", "6/6 JOB_COMPLETION_INDEX", ""},
		"gitlab":           {"CI_NODE_INDEX=1 CI_NODE_TOTAL=4", "1/4 CI_NODE_INDEX", ""},
		"of how many":      {"JOB_COMPLETION_INDEX=5", "", "JOB_COMPLETIONS: of how many"},
		"too many":         {"JOB_COMPLETION_INDEX=6 JOB_COMPLETIONS=6", "", "are no share"},
		"with gaps":        {"SLURM_ARRAY_TASK_ID=20 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=10", "", "are no share"},
		"no number":        {"CI_NODE_INDEX=x CI_NODE_TOTAL=4", "", "are no share"},
		"its own, but odd": {"LAB_SHARD=3/2", "", "LAB_SHARD=3/2: not I/N"},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{}
			for _, pair := range strings.Fields(test.env) {
				name, value, _ := strings.Cut(pair, "=")
				env[name] = value
			}
			s, from, err := ShardFrom(func(name string) string { return env[name] })
			if test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error %v, want %q", err, test.says)
			}
			if got := fmt.Sprint(s, " ", from); test.says == "" && (err != nil || got != test.want) {
				t.Errorf("%s (%v), want %s", got, err, test.want)
			}
		})
	}
}

// TestShardsAreWhole: each submission is in just one of the shares.
func TestShardsAreWhole(t *testing.T) {
	for n := 1; n < 9; n++ {
		for i := range 20 {
			in := 0
			for k := range n {
				if (Shard{k + 1, n}).Has(i) {
					in++
				}
			}
			if in != 1 || !(Shard{}).Has(i) {
				t.Errorf("submission %d is in %d of %d shares", i, in, n)
			}
		}
	}
}

func TestReadRoster(t *testing.T) {
	got, err := ReadRoster(strings.NewReader("\ufeffName,ID,Folder,Group\n김철수,2026-1,,A\n\"Lee, Zoe\",2026-2,zoe,B\n"))
	want := []Student{{"2026-1", "김철수", ""}, {"2026-2", "Lee, Zoe", "zoe"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, roster (-want +got):\n%s", err, diff)
	}
	for roster, says := range map[string]string{
		"":                         "names of the columns",
		"name\nkim\n":              "no column id, but name",
		"id\n\"\"\n":               "line 2",
		"id\n../x\n":               "line 2: \"../x\" is no name",
		"id\nkim\nkim\n":           "line 3: kim stands there twice",
		"id,name\nkim\n":           "wrong number of fields",
		"id,folder\na,lee\nlee,\n": "line 3: lee stands there twice",
	} {
		if _, err := ReadRoster(strings.NewReader(roster)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: error %v, want %q", roster, err, says)
		}
	}
}
