package sandbox

import "testing"

// BenchmarkOpen is what every check pays for its box.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		box, err := Open(b.Context(), Room{Dir: dir, Command: []string{"python3", "server.py"}})
		if err != nil {
			b.Fatal(err)
		}
		if err := box.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
