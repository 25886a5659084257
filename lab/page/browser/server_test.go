package browser

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// served is the page that "lab page" serves, and ends with the test.
func served(t *testing.T, args ...string) (address string) {
	t.Helper()
	program, err := command()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"page"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		began := time.Now()
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("lab page ended: %v", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("lab page took %v to end", took)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Skipf("lab page %s does not start here: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(line)
}

// TestThisComputer: the networks of this computer are shown in the same lanes, and two
// tabs do not disturb each other.
func TestThisComputer(t *testing.T) {
	address := served(t, "--network", "virtual")
	b := open(t, address+"#experiment=setup&network=virtual", usual)
	other := b.another(address+"#experiment=loss&messages=10&network=virtual", usual)
	for _, one := range []*tab{b, other} {
		one.idle(1)
		if packets := one.lane("tcp"); len(packets) < 5 {
			t.Errorf("the page shows %d packets", len(packets))
		}
		if network := value[string](one, "lab.state.report.experiments[0].network"); network != "virtual" {
			t.Errorf("it ran on %s", network)
		}
	}
	if first, second := b.text("command"), other.text("command"); !strings.Contains(first, "setup") || !strings.Contains(second, "loss") {
		t.Errorf("the tabs show %q and %q", first, second)
	}
	other.clean()
}

// TestKernelInPage: the system's own TCP is shown in the lanes.
func TestKernelInPage(t *testing.T) {
	b := open(t, served(t, "--network", "kernel"), usual)
	b.idle(1)
	if network := value[string](b, "lab.state.report.experiments[0].network"); network != "kernel" {
		t.Errorf("it ran on %s", network)
	}
	if packets := b.lane("tcp"); len(packets) < 5 {
		t.Errorf("the page shows %d packets", len(packets))
	}
	b.picture("kernel", false)
}

// TestLeaving: a page that is closed ends its run.
func TestLeaving(t *testing.T) {
	address := served(t)
	b := open(t, address+"#experiment=loss&messages=100000&network=virtual", usual)
	b.until("globalThis.lab?.state.busy")
	time.Sleep(time.Second)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(address+"#experiment=setup&network=virtual"))
	b.idle(1)
	if value[string](b, "lab.state.report.experiments[0].id") != "setup" {
		t.Error("the run of the page before is still under way")
	}
}
