// Package page is the lab as a web page, and the server that shows it on this
// computer.
//
// The page (folder static) is plain modules that a browser loads as they are. It
// runs the program lab itself, built for WebAssembly, in a worker: so it needs no
// server but one that hands out files. Write makes that folder for any web host. A
// Server hands out the same files on this computer, and offers the page the networks
// that a browser has not: it runs the lab here, and streams what happens.
//
// server.go is the server, guard.go keeps others out, stream.go is one run.
package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed static
var static embed.FS

// EngineFile is the name of the program lab for WebAssembly, gzipped, beside the
// page.
const EngineFile = "engine.wasm.gz"

// configFile is what the page reads first.
const configFile = "config.json"

// Config is what the page is told when it is loaded. Empty values leave the choice to
// the page.
type Config struct {
	Networks []string `json:"networks"` // that this computer offers beside the page's own
	Network  string   `json:"network,omitempty"`
	Language string   `json:"language,omitempty"`
}

// files are those of the page, but for the engine and the configuration.
func files() fs.FS {
	all, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return all
}

// configuration is the content of configFile.
func configuration(c Config) ([]byte, error) {
	if c.Networks == nil {
		c.Networks = []string{}
	}
	return json.Marshal(c)
}

// Write writes the page into a folder, which any web host can hand out. The engine
// is the program lab for WebAssembly, gzipped.
func Write(folder string, engine []byte, c Config) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("make the folder of the page: %w", err)
	}
	config, err := configuration(c)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{EngineFile: engine, configFile: config} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return fmt.Errorf("write the page: %w", err)
		}
	}
	return fs.WalkDir(files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(folder, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o777)
		}
		content, err := fs.ReadFile(files(), name)
		if err != nil || name == configFile {
			return err
		}
		return os.WriteFile(target, content, 0o666)
	})
}
