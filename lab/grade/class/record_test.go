package class

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/grade/similar"
	"echolab/lab/text"
)

// full is a record in which every kind of value stands.
func full() *Record {
	return &Record{
		Plan: Plan{
			Schema: SchemaName, Lab: "v1", Assignment: "small", Digest: "ab", Seed: 1 << 63, Command: []string{"./run", "{port}"},
			Build: "make", BuildTimeout: "2m0s", Port: 9000, Env: []string{"JAVA_HOME"}, Timeout: "10m0s", StartTimeout: "10s",
		},
		Entry: Entry{
			Name: "김철수", Student: &Student{ID: "1", Name: "김철수", Folder: "김철수"}, Source: []string{"김철수.zip"},
			Content: "00000000000000000000000000000000000000000000000000000000000000aa",
		},
		Result: grade.Result{
			Schema: grade.SchemaName, Assignment: "small", Title: text.Say("Small"), Score: 3, Max: 15, Seed: 1 << 63,
			Intake:   &grade.Intake{Status: grade.NotStarted, Notes: []text.Message{text.Sayf("unpacked: %s", "a.zip")}, Log: "cc"},
			Warnings: []text.Message{},
			Checks: []grade.CheckResult{{
				ID: "echoes", Title: text.Say("echoes"), Status: grade.Failed, Max: 10, Output: "a\x00<b>", OutputCut: 3,
				Message: text.Sayf("%s came, not %d", text.Say("nothing"), 3), Steps: []text.Message{text.Sayf("wait %v", "1s")},
				Exit: &sandbox.Exit{Code: 1},
			}},
		},
		Program: similar.Program{
			Exact:  "00000000000000000000000000000000000000000000000000000000000000bb",
			Prints: similar.Prints{1, 1 << 31},
		},
		Build: "cc -o run\n",
	}
}

// TestRecord is read as it was written, and is written the same again.
func TestRecord(t *testing.T) {
	f := Folder(t.TempDir())
	if err := f.begin(&List{Plan: full().Plan, Submissions: []Entry{full().Entry}}); err != nil {
		t.Fatal(err)
	}
	if err := f.write(full()); err != nil {
		t.Fatal(err)
	}
	back, err := f.Record("김철수")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, full()) {
		t.Errorf("%+v\nbecame %+v", full(), back)
	}
	first, err := encode(full())
	second, other := encode(back)
	if err != nil || other != nil || !bytes.Equal(first, second) {
		t.Errorf("it is not written the same again (%v, %v)", err, other)
	}
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	if got := ko.Text(back.Result.Intake.Notes[0]); got != "압축을 풀었다: a.zip" {
		t.Errorf("in Korean it says %q", got)
	}
}

// TestWholeOrNothing: what cannot be written leaves the old file, and no other.
func TestWholeOrNothing(t *testing.T) {
	f := Folder(t.TempDir())
	if err := f.begin(&List{}); err != nil {
		t.Fatal(err)
	}
	name := f.file(records, "a.json")
	if err := os.MkdirAll(filepath.Join(name, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := full()
	r.Entry.Name = "a"
	if err := f.write(r); err == nil {
		t.Error("a folder was written over")
	}
	files, err := os.ReadDir(f.file(records))
	if err != nil || len(files) != 1 {
		t.Errorf("%d files are left (%v), want the folder alone", len(files), err)
	}
}

// TestSchema: the files are as their schema says.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../../testdata/grade/class.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := mixed(t)
	output := t.TempDir()
	s := graded(t, tree(t, files), output, Options{Jobs: 2, Students: []Student{{ID: "a-good"}, {ID: "zoe"}}})
	if err := Folder(output).write(full()); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(output, "*", "*.json"))
	if err != nil || len(names) != len(s.Records)+2 {
		t.Fatalf("%d files (%v), want those of %d records, one more, and the list", len(names), err, len(s.Records))
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		content, err := jsonschema.UnmarshalJSON(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(content); err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
}
