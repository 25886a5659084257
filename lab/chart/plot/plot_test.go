package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"echolab/lab/chart"
	"echolab/lab/chart/charttest"
)

// pictures are charts of all kinds.
var pictures = map[string][]chart.Chart{
	"loss":       {charttest.Loss(), charttest.Mathis()},
	"categories": {charttest.Categories()},
	"many": {
		charttest.Twelve(), charttest.Plain("TCP", []float64{7}), charttest.Plain(""),
		charttest.Plain("TCP", []float64{5, 5}),
	},
}

func svg(t *testing.T, charts ...chart.Chart) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := SVG(&b, charts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read are the texts of an SVG and their widths, once all elements and attributes
// proved to be of those that drawings need.
func read(t *testing.T, content []byte) (texts []string, widths []float64) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(content))
	d.Strict = true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts, widths
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if !slices.Contains([]string{"svg", "g", "path", "text"}, e.Name.Local) {
				t.Errorf("element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if !strings.Contains(" width height viewBox xmlns xlink transform d style x y textLength lengthAdjust ", " "+a.Name.Local+" ") ||
					strings.Contains(a.Value, "url") {
					t.Errorf("element %s has the attribute %s=%q", e.Name.Local, a.Name.Local, a.Value)
				}
				if a.Name.Local == "textLength" {
					n, _ := strconv.ParseFloat(a.Value, 64)
					widths = append(widths, n)
				}
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" {
				texts = append(texts, s)
			}
		}
	}
}

func TestSVGHasEveryLabel(t *testing.T) {
	korean := charttest.Korean()
	for _, charts := range [][]chart.Chart{pictures["loss"], pictures["categories"], {korean}} {
		texts, widths := read(t, svg(t, charts...))
		if len(widths) != len(texts) {
			t.Errorf("%d texts, of which %d have a width", len(texts), len(widths))
		}
		p := &picture{charts: charts}
		for _, label := range p.labels() {
			rare := label == charts[0].Legend.Outside || label == charts[0].Legend.Range // where there is none
			if label != "" && !rare && !slices.Contains(texts, label) {
				t.Errorf("no text %q among %q", label, texts)
			}
		}
	}
	if texts, _ := read(t, svg(t, korean)); !slices.Contains(texts, korean.Legend.Outside) {
		t.Error("the legend does not tell what a ring is")
	}
	if texts, _ := read(t, svg(t, charttest.Categories())); slices.Contains(texts, korean.Legend.Outside) {
		t.Error("the legend tells of rings that are not there")
	}
}

func TestHostileLabels(t *testing.T) {
	hostile := "</text><script>alert(1)</script>&\"'\x00\x1b\u202e\xff<a href='http://x/'>" +
		" style=\"font-family:Liberation Sans;font-size:9px\">"
	c := charttest.Loss()
	c.Title, c.X.Label, c.Y.Label, c.Curves[0].Name = hostile, hostile, hostile, hostile
	c.Legend = chart.Legend{Band: hostile, Theory: hostile, Range: hostile, Outside: hostile}
	texts, _ := read(t, svg(t, c))
	if n := strings.Count(strings.Join(texts, "\n"), "</text><script>"); n < 7 {
		t.Errorf("%d of the labels are there as text: %q", n, texts)
	}
}

func TestLongLabelsAreCut(t *testing.T) {
	long := strings.Repeat("길고 long ", 60)
	c := charttest.Categories()
	c.Title, c.X.Label, c.Y.Label, c.Curves[0].Name, c.X.Words[0], c.Legend.Theory = long, long, long, long, long, long
	texts, widths := read(t, svg(t, c))
	for i, wide := range widths {
		if vg.Length(wide) > mostAcross {
			t.Errorf("%q is %g points wide", texts[i], wide)
		}
	}
}

func TestSameChartsSameBytes(t *testing.T) {
	for name, charts := range pictures {
		t.Run(name, func(t *testing.T) {
			if !bytes.Equal(svg(t, charts...), svg(t, charts...)) {
				t.Error("two SVG of the same charts differ")
			}
			var one, other bytes.Buffer
			needsFont(t, PNG(&one, charts))
			needsFont(t, PNG(&other, charts))
			if !bytes.Equal(one.Bytes(), other.Bytes()) {
				t.Error("two PNG of the same charts differ")
			}
		})
	}
}

func TestPNG(t *testing.T) {
	var b bytes.Buffer
	if err := pngWith(&b, pictures["loss"], nil); err != nil {
		t.Fatal(err)
	}
	image, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	p := &picture{charts: pictures["loss"], letters: liberation()}
	if size := image.Bounds().Size(); size.X != 1280 || size.Y != int(2*p.height()+0.5) {
		t.Errorf("%v dots, want 1280 and two to each of %v points", size, p.height())
	}
	dots := map[color.Color]int{}
	for x := range image.Bounds().Dx() {
		for y := range image.Bounds().Dy() {
			dots[image.At(x, y)]++
		}
	}
	for _, c := range []color.NRGBA{lookOf(0).color, lookOf(1).color, {255, 255, 255, 255}} {
		if n := dots[color.RGBA(c)]; n < 1000 {
			t.Errorf("%d dots of %v", n, c)
		}
	}
}

func TestLettersOfPNG(t *testing.T) {
	korean := []chart.Chart{charttest.Korean()}
	noFont := filepath.Join(t.TempDir(), "no-font.ttf")
	if err := os.WriteFile(noFont, []byte("no font"), 0o666); err != nil {
		t.Fatal(err)
	}
	var missing *NoFontError
	if err := pngWith(io.Discard, korean, []string{"/nowhere.ttf", noFont}); !errors.As(err, &missing) {
		t.Fatalf("error = %v, want a *NoFontError", err)
	}
	if missing.Label != korean[0].Title || !strings.Contains(missing.Error(), "/nowhere.ttf") {
		t.Errorf("the error says %q", missing)
	}
	needsFont(t, PNG(io.Discard, korean))
}

// needsFont skips a test where the system has no font for it.
func needsFont(t *testing.T, err error) {
	t.Helper()
	if missing := new(NoFontError); errors.As(err, &missing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestNumberOfCharts(t *testing.T) {
	for _, n := range []int{0, 25} {
		err := SVG(io.Discard, slices.Repeat(pictures["loss"][:1], n))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint(n)) {
			t.Errorf("%d charts: error = %v", n, err)
		}
	}
	broken := charttest.Plain("UDP", []float64{1})
	broken.Curves[0].Points[0].Measured.Median = 1e300
	if err := SVG(io.Discard, []chart.Chart{broken}); err == nil || !strings.Contains(err.Error(), "UDP") {
		t.Errorf("error = %v, want one that names the curve", err)
	}
}

func TestNoTwoCurvesLookAlike(t *testing.T) {
	seen := map[look]bool{}
	for i := range 34 {
		seen[lookOf(i)] = true
	}
	if len(seen) != 34 {
		t.Errorf("34 curves have %d looks", len(seen))
	}
}

func TestRuns(t *testing.T) {
	full := chart.Point{Measured: &chart.Measured{}}
	points := []chart.Point{full, full, {}, full, {}, {}, full, full, full}
	for _, tc := range []struct {
		apart bool
		want  []int
	}{{false, []int{2, 1, 3}}, {true, []int{1, 1, 1, 1, 1, 1}}} {
		var got []int
		for _, run := range (curves{apart: tc.apart}).runs(points, hasMeasured) {
			got = append(got, len(run))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("apart %v: runs of %v points, want %v", tc.apart, got, tc.want)
		}
	}
}

func TestCurvesStandBesideEachOther(t *testing.T) {
	x := func(v float64) vg.Length { return vg.Length(100 * v) }
	cs := curves{Chart: charttest.Twelve(), apart: true}
	for i := range cs.Curves[1:] {
		if left, right := cs.beside(x, i)(1), cs.beside(x, i+1)(1); right <= left || left <= x(0.5) || right >= x(1.5) {
			t.Errorf("curves %d and %d stand at %v and %v", i, i+1, left, right)
		}
	}
	cs.apart = false
	if got := cs.beside(x, 3)(1); got != x(1) {
		t.Errorf("a number stands at %v, not at %v", got, x(1))
	}
}
