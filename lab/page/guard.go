package page

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// policy is what the page may load: its own files, its own WebAssembly, and
// nothing from elsewhere.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// newToken is a word that nobody guesses.
func newToken() string { return rand.Text() }

// guarded lets only those in who know the token, which is the first part of every
// path, and come from this page: a page of another site that finds the port, under
// whatever name (DNS rebinding), gets 403.
func guarded(token string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		known := subtle.ConstantTimeCompare([]byte(first), []byte(token)) == 1
		if !known || !ownHost(r.Host) || !ownOrigin(r) {
			http.Error(w, "open the address that lab page has printed", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		own := r.Clone(r.Context())
		own.URL.Path = "/" + rest
		next.ServeHTTP(w, own)
	})
}

// ownHost reports whether a request is for this computer by one of its own names.
func ownHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return name == "localhost" || name == "127.0.0.1"
}

// ownOrigin reports whether a request comes from a page of this server. A browser
// names no origin where a person has typed the address.
func ownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}
