package report

import (
	"regexp"
	"strings"
	"testing"
)

// TestHTMLIsHarmless: whatever a report holds, its page has no other elements than
// those that it is made of, and no attribute but classes.
func TestHTMLIsHarmless(t *testing.T) {
	part, err := HTML(hostile(), Options{Claims: true, Details: true})
	if err != nil {
		t.Fatal(err)
	}
	harmless := regexp.MustCompile(`^</?(h3|p|ul|li|div|table|thead|tbody|tr|th|td|span|br)( class="[a-z]+")?>$`)
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(part, -1) {
		if !harmless.MatchString(tag) {
			t.Errorf("the page has %s", tag)
		}
	}
	if opened, closed := strings.Count(part, "<ul>"), strings.Count(part, "</ul>"); opened != closed {
		t.Errorf("%d lists begin and %d end", opened, closed)
	}
}
