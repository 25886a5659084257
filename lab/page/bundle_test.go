package page

import (
	"strings"
	"testing"
	"testing/fstest"
)

// modules are files of a test.
func modules(sources map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, source := range sources {
		all[name] = &fstest.MapFile{Data: []byte(source)}
	}
	return all
}

// TestBundle: every form becomes what it means in a function, each module stands there
// once, and before those that import it.
func TestBundle(t *testing.T) {
	got, err := bundle(modules(map[string]string{
		"main.js": "import { a, b as c } from \"./one.js\";\nimport Two from \"./lib/two.js\";\nc(a, Two);\n",
		"one.js": "import { b } from \"./lib/three.js\";\nexport const a = 1;\n" +
			"export async function f() {}\nexport { b as b };\n",
		"lib/two.js": "/*\nexport function old() {}\n*/\nimport { b } from \"./three.js\";\nclass X {}\n" +
			"export { X as default };\n",
		"lib/three.js": "// import(\"it\")\nexport function b() {}\nexport class D {}\n",
	}), "main.js")
	if err != nil {
		t.Fatal(err)
	}
	want := `(() => {
"use strict";
const module_lib_three_js = (() => {
// import("it")
function b() {}
class D {}
return { b, D };
})();
const module_one_js = (() => {
const { b } = module_lib_three_js;
const a = 1;
async function f() {}

return { a, f, b: b };
})();
const module_lib_two_js = (() => {
/*
export function old() {}
*/
const { b } = module_lib_three_js;
class X {}

return { default: X };
})();
const module_main_js = (() => {
const { a, b: c } = module_one_js;
const Two = module_lib_two_js.default;
c(a, Two);
return {  };
})();
})();
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestBundleRefuses: what it does not know it does not guess.
func TestBundleRefuses(t *testing.T) {
	for source, says := range map[string]string{
		`import * as all from "./other.js";`:        "not known",
		`import "./other.js";`:                      "not known",
		`import { a } from "https://example.com/";`: "not known",
		`import { a } from 'other.js';`:             "not known",
		"import {\n  a } from \"./other.js\";":      "not known",
		`export default function f() {}`:            "not known",
		`export let a = 1;`:                         "not known",
		`export * from "./other.js";`:               "not known",
		`export const { a, b } = c;`:                "not known",
		`const m = await import("./other.js");`:     "not known",
		`const at = import.meta.url;`:               "not known",
		`import { a } from "./nowhere.js";`:         "read the module nowhere.js",
		`import { a } from "./other.js";`:           "main.js imports itself, by way of main.js, other.js",
		`const s = "</SCRIPT>";`:                    "would end the script",
		`const s = "<!--";`:                         "would end the script",
	} {
		got, err := bundle(modules(map[string]string{
			"main.js": source + "\n", "other.js": "import { a } from \"./main.js\";\n",
		}), "main.js")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q; it made\n%s", source, err, says, got)
		}
	}
}
