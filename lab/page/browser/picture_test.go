package browser

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "take the pictures anew")

// pictures is where those of the README are.
const pictures = "../../../testdata/page"

// TestPictures: the pictures in the README show the page and the ladder as they are.
// Fonts and browsers differ from machine to machine, so pictures are compared from
// afar: tile by tile, how light each is on average.
func TestPictures(t *testing.T) {
	t.Run("page", func(t *testing.T) {
		b := open(t, site(t)+"#experiment=loss&loss=0&messages=12&drop=client:5", usual)
		b.idle(1)
		b.until("document.getElementById('question').innerText")
		b.click(hook("play"))
		value[bool](b, fmt.Sprintf("(lab.seek(%v), %s)", 34.6, drawn))
		golden(t, "page.png", shot(b, chromedp.CaptureScreenshot()))
	})
	t.Run("ladder", func(t *testing.T) {
		t.Setenv("COLUMNS", "120")
		drawing := lab(t, "trace", "loss", "--network", "simulated", "--messages", "4", "--drop", "client:4", "--lang", "en")
		w := window{width: 1000, height: 400, language: "en"}
		b := open(t, "about:blank", w)
		value[bool](b, fmt.Sprintf("(document.body.outerHTML = %q, true)", terminal(string(drawing))))
		w.height = value[int64](b, "document.querySelector('pre').offsetHeight + 32")
		b.look(w)
		golden(t, "ladder.png", shot(b, chromedp.CaptureScreenshot()))
	})
}

// terminal is text as a terminal shows it: every letter in a cell of its own, from
// whatever font it comes.
func terminal(content string) string {
	var b strings.Builder
	b.WriteString(`<body style="margin:0;background:#16181d;color:#e6e6e6">` +
		`<pre style="margin:16px;font:13px/1.35 'DejaVu Sans Mono',monospace">`)
	for _, letter := range content {
		if letter < utf8.RuneSelf {
			b.WriteString(html.EscapeString(string(letter)))
		} else {
			fmt.Fprintf(&b, `<span style="display:inline-block;width:1ch">%c</span>`, letter)
		}
	}
	return b.String() + "</pre></body>"
}

func shot(b *tab, take chromedp.Action[[]byte]) []byte {
	b.Helper()
	picture, err := chromedp.Run(b.ctx, take)
	b.must(err)
	return picture
}

// golden holds a picture against the one that is kept.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join(pictures, name)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	far := difference(decoded(t, got), decoded(t, want))
	t.Logf("%s differs by %.3f at most", name, far)
	if far > 0.15 {
		t.Errorf("%s looks different: run make golden, and look at it", name)
	}
}

func decoded(t *testing.T, picture []byte) image.Image {
	t.Helper()
	i, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// tiles are how many parts a picture has each way.
const tiles = 16

// difference is how much the lightness of two pictures differs, from 0 to 1, in the
// tile where it differs most.
func difference(a, b image.Image) float64 {
	most := 0.0
	for row := range tiles {
		for column := range tiles {
			d := lightness(a, column, row) - lightness(b, column, row)
			most = max(most, d, -d)
		}
	}
	return most
}

// lightness is that of a tile on average, from 0 to 1.
func lightness(i image.Image, column, row int) float64 {
	size := i.Bounds().Size()
	sum, count := 0.0, 0
	for y := row * size.Y / tiles; y < (row+1)*size.Y/tiles; y++ {
		for x := column * size.X / tiles; x < (column+1)*size.X/tiles; x++ {
			r, g, b, _ := i.At(x, y).RGBA()
			sum, count = sum+float64(r+g+b)/3/0xffff, count+1
		}
	}
	return sum / float64(max(count, 1))
}
