package link

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samples has a value for every condition, as a user writes it for one direction.
var samples = map[string]string{
	"loss": "10%", "burst": "5%/4", "exact": "3/10", "drop": "3", "delay": "10ms", "jitter": "1ms",
	"reorder": "25%", "duplicate": "2%", "corrupt": "1%", "rate": "10mbit", "limit": "64",
}

// TestTable: every field of Conditions has one row, every row a field of its
// own, and the row says all that users read of it.
func TestTable(t *testing.T) {
	if fields := reflect.TypeFor[Conditions]().NumField(); fields != len(table) {
		t.Errorf("Conditions has %d fields, the table %d rows", fields, len(table))
	}
	var all Conditions
	for _, row := range All() {
		if row.Value == "" || row.Help == "" || row.Sentence == "" {
			t.Errorf("%s: no kind of value, help or sentence: %+v", row.Name, row)
		}
		if row.Needs.Name != "" && !slices.Contains(Names(), row.Needs.Name) {
			t.Errorf("%s needs %q, which is no condition", row.Name, row.Needs.Name)
		}
		if row.IsSet(all) {
			t.Errorf("%s: another row has set its field", row.Name)
		}
		if err := row.parse(samples[row.Name], &all); err != nil || all.Of(row.Name) != samples[row.Name] {
			t.Errorf("%s: %q is read as %q, %v", row.Name, samples[row.Name], all.Of(row.Name), err)
		}
		if _, ok := all.Words()[row.Key]; !ok {
			t.Errorf("%s: reports have no %s: %v", row.Name, row.Key, all.Words())
		}
	}
	for _, row := range All() {
		row.Clear(&all)
	}
	if diff := cmp.Diff(Conditions{}, all); diff != "" {
		t.Errorf("all cleared (-want +got):\n%s", diff)
	}
}

// TestOverridesAdd: what is asked for later wins, and the rest stays.
func TestOverridesAdd(t *testing.T) {
	o := ask(t, "loss", "10%", "delay", "5ms")
	o.Add(ask(t, "delay", "0s", "drop", "client:3"))
	client, server := o.Apply(Conditions{Delay: ms}, Conditions{Delay: ms})
	got := [2]string{client.String(), server.String()}
	if want := [2]string{"loss 10%, drop 3", "loss 10%"}; got != want {
		t.Errorf("client and server: %q, want %q", got, want)
	}
}
