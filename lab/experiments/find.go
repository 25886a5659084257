package experiments

import (
	"slices"
	"strings"

	"echolab/lab/text"
)

// Name is an experiment's id and title, for places that show both in one line.
func (e Experiment) Name() text.Message { return text.Sayf("%s (%s)", e.ID, e.Title) }

// Find lists the experiments that typed words may mean: the one of that id; else
// those of that title, in any language, and those known by that word; else those
// with a title or word that the typed words are a part of.
func Find(all []Experiment, typed string) []Experiment {
	typed = normal(typed)
	if typed == "" {
		return nil
	}
	part := func(name string) bool { return strings.Contains(" "+name+" ", " "+typed+" ") }
	for _, fits := range []func(Experiment) bool{
		func(e Experiment) bool { return normal(e.ID) == typed },
		func(e Experiment) bool { return slices.Contains(e.names(), typed) },
		func(e Experiment) bool { return slices.ContainsFunc(e.names(), part) },
	} {
		var found []Experiment
		for _, e := range all {
			if fits(e) {
				found = append(found, e)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// names are the title in every language and the words that the experiment is
// known by.
func (e Experiment) names() []string {
	var names []string
	for _, word := range e.Also {
		names = append(names, normal(word))
	}
	for _, lang := range text.Languages() {
		if p, err := text.For(lang); err == nil {
			names = append(names, normal(p.Text(e.Title)))
		}
	}
	return names
}

// normal is a name in small letters with single blanks between its words.
func normal(name string) string {
	name = strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(name))
	return strings.Join(strings.Fields(name), " ")
}
