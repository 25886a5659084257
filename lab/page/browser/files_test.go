package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFiles: captures, events and reports are shown, and other files are told apart.
func TestFiles(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	lab(t, "compare", "blocking", "--network", "simulated", "--lang", "en",
		"--pcap", in("capture.pcapng"), "--events", in("run.events"), "--format", "json", "--output", in("report.json"))
	for name, content := range map[string]string{
		"notes.txt": "Dear diary", "cut.pcap": "\xd4\xc3\xb2\xa1\x02\x00", "list.json": `{"schema": "another/1"}`, "empty": "",
	} {
		if err := os.WriteFile(in(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, site(t), usual)
	b.idle(1)
	setup := len(b.lane("tcp"))
	for _, c := range []struct{ file, says string }{
		{"notes.txt", "notes.txt"}, {"list.json", "list.json"}, {"empty", "empty"}, {"cut.pcap", "cut short"},
	} {
		b.upload(in(c.file))
		b.until(`document.getElementById("file-status").innerText.includes("` + c.says + `")`)
		if n := len(b.lane("tcp")); n != setup {
			t.Errorf("%s shows %d packets", c.file, n)
		}
	}
	for _, name := range []string{"run.events", "capture.pcapng"} {
		b.upload(in(name))
		b.until(`document.getElementById("file-status").innerText.includes("` + name + `")`)
		retransmitted := 0
		for _, p := range b.lane("tcp") {
			if p.Retransmission {
				retransmitted++
			}
		}
		if name == "run.events" && retransmitted == 0 {
			t.Errorf("%s shows no retransmission", name) // the first conversation of the capture has none
		}
		if tcp, udp := len(b.lane("tcp")), len(b.lane("udp")); tcp < 100 || udp < 100 {
			t.Errorf("%s shows %d and %d packets", name, tcp, udp)
		}
	}
	b.upload(in("report.json"))
	b.until(`document.getElementById("file-status").innerText.includes("report.json")`)
	if table := b.text("table"); !strings.Contains(table, "held_up") {
		t.Errorf("the report is shown as %q", table)
	}
}

// upload chooses a file.
func (b *tab) upload(file string) {
	b.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS(hook("file")), []string{file}))
}

// TestEverything: all experiments are run at once, with the documents' table and every
// claim, and can be stopped.
func TestEverything(t *testing.T) {
	b := open(t, site(t), usual)
	b.idle(1)
	b.choose("experiment", "all")
	b.click(hook("run"))
	b.until("lab.state.busy")
	b.click(hook("stop"))
	b.until("!lab.state.busy")
	b.click(hook("run"))
	b.idle(3)
	table := b.text("table")
	for _, want := range []string{"Reliable Data Transfer", "Congestion control", "reliable-data-transfer", "✓ holds"} {
		if !strings.Contains(table, want) {
			t.Errorf("the tables of all experiments have no %q", want)
		}
	}
	if command := b.text("command"); command != "lab compare --network simulated --seed 1" {
		t.Errorf("the command is %q", command)
	}
	b.picture("everything", true)
}

// choose chooses from a list.
func (b *tab) choose(name, value string) {
	b.Helper()
	b.do(
		chromedp.SetValue(chromedp.CSS(hook(name)), value),
		chromedp.Evaluate[chromedp.Void](`void document.querySelector('`+hook(name)+`').dispatchEvent(new Event("change"))`),
	)
}

// TestLesson: the lesson stands below the results, in the language of the page.
func TestLesson(t *testing.T) {
	b := open(t, site(t)+"#experiment=blocking", usual)
	b.idle(1)
	b.until("!document.querySelector('" + hook("lesson") + "').hidden")
	b.click(hook("lesson") + " summary")
	if lesson := b.text("lesson"); !strings.Contains(lesson, "RFC 9293") || !strings.Contains(lesson, "What theory expects") {
		t.Errorf("the lesson says %q", lesson)
	}
}
