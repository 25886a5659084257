package plot

import (
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// NoFontError says that no font was found that has all the letters of a label.
type NoFontError struct {
	Label  string
	Looked []string // the files that were looked for
}

// Error tells what is missing.
func (e *NoFontError) Error() string {
	return fmt.Sprintf("no font with the letters of %q; looked for %s", e.Label, strings.Join(e.Looked, ", "))
}

// systemFonts are where systems keep a font that has Hangul beside Latin letters.
var systemFonts = []string{
	"/usr/share/fonts/truetype/nanum/NanumGothic.ttf", // Debian: fonts-nanum
	"/usr/share/fonts/nanum/NanumGothic.ttf",
	"/usr/share/fonts/TTF/NanumGothic.ttf",
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", // Debian: fonts-noto-cjk
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/System/Library/Fonts/AppleSDGothicNeo.ttc",
	"/System/Library/Fonts/Supplemental/AppleGothic.ttf",
	`C:\Windows\Fonts\malgun.ttf`,
}

// mostFont is how large a font file may be, in bytes.
const mostFont = 64 << 20

// sans is the name under which letters know their one font.
var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

// letters write texts of one line in one font.
type letters struct{ text.Plain }

// liberation are the letters that the library brings along: Latin, Greek, Cyrillic.
func liberation() letters { return letters{text.Plain{Fonts: font.DefaultCache}} }

// lettersFor are letters that have all that these labels need, from the files if it
// must be.
func lettersFor(labels, files []string) (letters, error) {
	l := liberation()
	lacking := l.lacking(labels)
	if lacking == "" {
		return l, nil
	}
	for _, name := range files {
		face, err := load(name)
		if err != nil {
			continue // it is not there, or in a form that the library does not know
		}
		l := letters{text.Plain{Fonts: font.NewCache(font.Collection{{Font: sans, Face: face}})}}
		if l.lacking(labels) == "" {
			return l, nil
		}
	}
	return letters{}, &NoFontError{lacking, files}
}

// load reads a font, of several in one file the first.
func load(name string) (*opentype.Font, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, mostFont))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	all, err := opentype.ParseCollection(content)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	return all.Font(0)
}

// lacking is the first label with a letter that the font does not have, "" if it has
// all. The sign for what cannot be shown may be missing itself.
func (l letters) lacking(labels []string) string {
	face := l.Fonts.Lookup(sans, 1).Face
	for _, label := range labels {
		for _, r := range label {
			if i, err := face.GlyphIndex(new(sfnt.Buffer), r); r != unicode.ReplacementChar && (err != nil || i == 0) {
				return label
			}
		}
	}
	return ""
}

func (l letters) font(size vg.Length) font.Font { return font.From(sans, size) }

// style is plain text that begins at its point.
func (l letters) style(size vg.Length) text.Style {
	return text.Style{Font: l.font(size), Handler: l, YAlign: text.YCenter}
}

// Box is how much room a text takes. The library's own cannot measure letters that
// another font will have.
func (l letters) Box(content string, f font.Font) (wide, up, down vg.Length) {
	e := l.Extents(f)
	return l.width(content, f), e.Ascent, e.Descent
}

// hangul is how wide a syllable is in most fonts that have it, in parts of their size.
const hangul = 0.92

// width counts a letter that the font does not have as a syllable of Hangul.
func (l letters) width(content string, f font.Font) vg.Length {
	face := l.Fonts.Lookup(f, f.Size).Face
	var b sfnt.Buffer
	em := fixed.Int26_6(face.UnitsPerEm())
	sum := fixed.Int26_6(0)
	for _, r := range content {
		advance := fixed.Int26_6(hangul * float64(em))
		if i, err := face.GlyphIndex(&b, r); err == nil && i != 0 {
			if a, err := face.GlyphAdvance(&b, i, em, 0); err == nil {
				advance = a
			}
		}
		sum += advance
	}
	return f.Size * vg.Length(sum) / vg.Length(em)
}

// Draw puts a text where its style wants it.
func (l letters) Draw(c vg.Canvas, content string, s text.Style, at vg.Point) {
	if content == "" {
		return
	}
	wide, up, down := l.Box(content, s.Font)
	c.SetColor(s.Color)
	c.Push()
	defer c.Pop()
	sin, cos := math.Sincos(s.Rotation)
	c.Rotate(s.Rotation)
	turned := vg.Point{
		X: at.X*vg.Length(cos) + at.Y*vg.Length(sin) + wide*vg.Length(s.XAlign),
		Y: at.Y*vg.Length(cos) - at.X*vg.Length(sin) + (up+down)*vg.Length(s.YAlign) + s.Font.Size - up,
	}
	c.FillString(l.Fonts.Lookup(s.Font, s.Font.Size), turned, content)
}

// cut shortens a text until it fits.
func (l letters) cut(content string, f font.Font, room vg.Length) string {
	if l.width(content, f) <= room {
		return content
	}
	letters := []rune(content)
	for len(letters) > 0 && l.width(string(letters)+"…", f) > room {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}

// inAnyFont lets a viewer draw the texts of an SVG in a font of its own, and gives each
// the width that it was measured with, so that none runs into another.
func (l letters) inAnyFont(svg []byte) []byte {
	const family = "font-family:Liberation Sans;"
	texts := regexp.MustCompile(`<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]+)</text>`)
	return texts.ReplaceAllFunc(svg, func(found []byte) []byte {
		m := texts.FindSubmatch(found)
		size, _ := strconv.ParseFloat(string(m[2]), 64) // the pattern has only numbers
		wide := l.width(html.UnescapeString(string(m[3])), l.font(vg.Length(size)))
		attributes := strings.Replace(string(m[1]), family, "font-family:'Liberation Sans',Arial,sans-serif;", 1)
		return fmt.Appendf(nil, `<text textLength="%.2f" lengthAdjust="spacingAndGlyphs" %s>%s</text>`,
			wide, attributes, m[3])
	})
}
