package text

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
)

//go:embed ko/*.json
var files embed.FS

// korean is read once, when it is first needed.
var korean = sync.OnceValues(func() (map[Phrase]string, error) { return merge(files, "ko") })

// catalogue is a language's translations by English format; English has none.
func catalogue(lang string) (map[Phrase]string, error) {
	if lang == English {
		return nil, nil
	}
	return korean()
}

// Missing returns those of the keys that a language has no translation for,
// in their order, each once. English misses none: the keys are English.
func Missing(lang string, keys []Phrase) []Phrase {
	if lang == English {
		return nil
	}
	sentences, err := catalogue(lang)
	if err != nil {
		return keys
	}
	var missing []Phrase
	seen := map[Phrase]bool{"": true}
	for _, k := range keys {
		if _, ok := sentences[k]; !ok && !seen[k] {
			missing = append(missing, k)
		}
		seen[k] = true
	}
	return missing
}

// merge reads every file of a language's folder. Two files may translate one
// key only if they agree.
func merge(fsys fs.FS, folder string) (map[Phrase]string, error) {
	names, err := fs.Glob(fsys, folder+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list translations in %s: %w", folder, err)
	}
	all := map[Phrase]string{}
	from := map[Phrase]string{}
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read translations: %w", err)
		}
		err = pairs(content, func(key Phrase, translation string) error {
			if old, ok := all[key]; ok && old != translation {
				return fmt.Errorf("%q is translated differently in %s", key, from[key])
			}
			all[key], from[key] = translation, path.Base(name)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("translations %s: %w", name, err)
		}
	}
	return all, nil
}

// pairs calls f for every pair of a flat JSON object, also for keys that come
// twice, which json.Unmarshal would hide.
func pairs(content []byte, f func(key Phrase, translation string) error) error {
	d := json.NewDecoder(bytes.NewReader(content))
	switch t, err := d.Token(); {
	case err != nil:
		return fmt.Errorf("start of the object: %w", err)
	case t != json.Delim('{'):
		return fmt.Errorf("a JSON object is needed, not %v", t)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fmt.Errorf("read a key: %w", err)
		}
		var translation string
		if err := d.Decode(&translation); err != nil {
			return fmt.Errorf("translation of %q: %w", key, err)
		}
		if err := f(Phrase(key.(string)), translation); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("end of the object: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the object")
	}
	return nil
}
