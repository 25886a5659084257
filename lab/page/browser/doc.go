// Package browser holds the tests of the web page in a real browser, headless
// Chromium: they skip, with a word, where there is none.
package browser
