package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/link"
)

func TestValidateNamesTheSide(t *testing.T) {
	bad := link.Conditions{Loss: 2}
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{Client: bad}, "packets of the client: loss 2"},
		{Options{Server: bad}, "packets of the server: loss 2"},
	} {
		if err := test.o.Validate(); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("Validate() = %v, want %q", err, test.want)
		}
	}
	if err := (Options{Client: link.Conditions{Loss: 1}}).Validate(); err != nil {
		t.Errorf("valid options: %v", err)
	}
}

func TestWordsOfBothSides(t *testing.T) {
	delay, lossy := link.Conditions{Delay: 10 * time.Millisecond}, link.Conditions{Delay: 10 * time.Millisecond, Loss: 0.1}
	for _, test := range []struct {
		name string
		o    Options
		want map[string]any
	}{
		{"nothing", Options{}, map[string]any{}},
		{"the same", Options{Client: lossy, Server: lossy}, map[string]any{"delay_ms": 10.0, "loss": 0.1}},
		{"one more", Options{Client: lossy, Server: delay},
			map[string]any{"delay_ms": 10.0, "client": map[string]any{"loss": 0.1}}},
		{"different", Options{Client: link.Conditions{Drop: []int{3}}, Server: link.Conditions{Drop: []int{1}}},
			map[string]any{"client": map[string]any{"drop": []int{3}}, "server": map[string]any{"drop": []int{1}}}},
	} {
		if diff := cmp.Diff(test.want, test.o.Words()); diff != "" {
			t.Errorf("%s: Words() (-want +got):\n%s", test.name, diff)
		}
	}
}
