package grade

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	parsed, err := ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestReadReceipts(t *testing.T) {
	kim := Receipt{Submitted: at(t, "2026-12-10T22:03:00+09:00")}
	lee := Receipt{Submitted: at(t, "2026-12-12T09:00:00Z"), Due: at(t, "2026-12-13T23:59:00Z")}
	for name, c := range map[string]struct {
		table string
		want  map[string]Receipt
		fails string
	}{
		"with headings": {
			"\ufeffsubmission,submitted,due\r\nkim,2026-12-10T22:03:00+09:00,\r\nlee, 2026-12-12T09:00:00Z,2026-12-13T23:59:00Z\r\n",
			map[string]Receipt{"kim": kim, "lee": lee}, "",
		},
		"without":       {"\ufeffkim,2026-12-10T22:03:00+09:00\n", map[string]Receipt{"kim": kim}, ""},
		"empty":         {"", map[string]Receipt{}, ""},
		"no time":       {"name,time\nkim,yesterday\n", nil, `line 2: "yesterday" is not a time`},
		"no headings":   {"kim,10.12.2026\n", nil, `line 1: "10.12.2026" is not a time`},
		"no zone":       {"name,time\nkim,2026-12-10 22:03\n", nil, "is not a time"},
		"a wrong due":   {"name,time\nkim,2026-12-10T22:03:00Z,never\n", nil, `"never" is not a time`},
		"one field":     {"name,time\nkim\n", nil, "line 2: want the submission's name"},
		"someone twice": {"kim,2026-12-10T22:03:00Z\nkim,2026-12-10T22:03:00Z\n", nil, "line 2: kim is there twice"},
		"a broken line": {"\"kim\n", nil, "read the times of handing in: "},
	} {
		got, err := ReadReceipts(strings.NewReader(c.table))
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: %v, want %s", name, err, c.fails)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestReadMetadata(t *testing.T) {
	const whole = `{"id": 1, "created_at": "2018-07-01T14:22:32.365935-07:00",
		"assignment": {"due_date": "2018-07-31T23:00:00.000000-07:00", "total_points": "20.0"},
		"users": [{"email": "a@example.com", "assignment": {"due_date": "2018-08-02T23:00:00.000000-07:00"}}, {"email": "b@example.com"}]}`
	r, err := ReadMetadata(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Submitted.Equal(at(t, "2018-07-01T21:22:32.365935Z")) || !r.Due.Equal(at(t, "2018-08-03T06:00:00Z")) {
		t.Errorf("%+v", r)
	}
	for _, bad := range []string{"", "[]", "{}", `{"created_at": "yesterday"}`} {
		if r, err := ReadMetadata(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, r)
		}
	}
}
