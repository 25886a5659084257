package main

import (
	"bytes"
	"strings"
	"testing"

	"echolab/lab/experiments/registry"
	"echolab/lab/link"
)

// TestCatalogue: the list in JSON has everything, in the language that was asked for.
func TestCatalogue(t *testing.T) {
	for lang, question := range map[string]string{"en": "How long", "ko": "얼마나"} {
		var out, errs bytes.Buffer
		args := []string{"list", "--format", "json", "--lang", lang}
		if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitDone {
			t.Fatalf("exit code %d: %s", code, &errs)
		}
		all := decode(t, out.Bytes(), &catalogue{})
		if len(all.Experiments) != len(registry.All()) || len(all.Conditions) != len(link.Names()) {
			t.Errorf("%s: %d experiments and %d conditions", lang, len(all.Experiments), len(all.Conditions))
		}
		if first := all.Experiments[0]; !strings.Contains(first.Question, question) || !first.Runs || len(first.Steps) == 0 {
			t.Errorf("%s: %+v", lang, first)
		}
		for _, c := range all.Claims {
			if !strings.HasPrefix(c.Source, map[string]string{"en": "document 0", "ko": "문서 0"}[lang]) {
				t.Errorf("%s: %+v", lang, c)
			}
		}
		statement := map[string]string{"en": "TCP confirms the peer", "ko": "상대를 확인"}[lang]
		if len(all.Claims) == 0 || !strings.Contains(all.Claims[0].Statement, statement) {
			t.Errorf("%s: the claims are %+v", lang, all.Claims)
		}
		for _, e := range all.Experiments {
			if e.ID == "latency" && e.Runs {
				t.Error("how fast this machine is runs on the simulated one")
			}
		}
	}
}
