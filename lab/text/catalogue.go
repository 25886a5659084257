package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"
)

//go:embed ko/*.json
var files embed.FS

// korean are the translations by English format, read when they are first
// needed. A test sees to it that no two contradict each other.
var korean = sync.OnceValues(func() (map[Phrase]string, error) {
	names, err := fs.Glob(files, "ko/*.json")
	if err != nil {
		return nil, fmt.Errorf("list translations: %w", err)
	}
	all := map[Phrase]string{}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(content, &all)
		}
		if err != nil {
			return nil, fmt.Errorf("translations %s: %w", name, err)
		}
	}
	return all, nil
})
