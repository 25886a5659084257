package experiments

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// TestMeasure: a cell has what its transport measured, what is expected of it, and
// why it was cut off; a transport that a row does not concern has none.
func TestMeasure(t *testing.T) {
	transports := []testbed.Transport{{Name: "tcp", Reliable: true}, {Name: "udp"}}
	rows := Measure(transports, map[string]int{"tcp": 3, "udp": 4},
		Row[int]{ID: "delivered", Label: "Delivered", Unit: "%", Headline: true, Basis: text.Say("all of it"),
			Cell: func(t testbed.Transport, n int) result.Cell {
				c := result.Measured(result.Num(n)).Expect(4, 3, 5)
				if t.Reliable {
					return c.CutShort(text.Say("stopped"))
				}
				return c
			}},
		Row[int]{ID: "outcome", Label: "Outcome", Cell: func(t testbed.Transport, _ int) result.Cell {
			if t.Reliable {
				return result.Cell{}
			}
			return result.Measured(result.Word("sent")).ExpectWord("sent")
		}},
	)
	delivered := result.Row("delivered", "Delivered", "%")
	delivered.Headline, delivered.Basis = true, text.Say("all of it")
	for name, n := range map[string]int{"tcp": 3, "udp": 4} {
		delivered.Put(name, result.Number(n).Expect(4, 3, 5))
	}
	delivered.CutShort("tcp", text.Say("stopped"))
	outcome := result.Row("outcome", "Outcome", "")
	outcome.Put("udp", result.Outcome("sent").ExpectWord("sent"))
	if diff := cmp.Diff([]result.Measurement{*delivered, *outcome}, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}
