package events

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"sync"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/wire"
)

// Keeper watches a run, and keeps of every experiment that has ended a short stream:
// the conversations that show its lesson, with MostPackets and MostSpans, and no
// result. Its methods may be called side by side.
type Keeper struct {
	watching
	run Run

	mu   sync.Mutex
	kept map[string][]byte
	err  error // the first one
}

// NewKeeper makes a keeper of a run.
func NewKeeper(r Run) *Keeper { return &Keeper{run: r, kept: map[string][]byte{}} }

// Forget forgets what was seen of an experiment: it is made again.
func (k *Keeper) Forget(experiment string) { k.take(experiment) }

// Keep keeps what an experiment that has ended shows, and forgets all else that was
// seen of it.
func (k *Keeper) Keep(e experiments.Experiment, own wire.Options, r *result.Result) {
	seen := k.take(e.ID)
	var lessons []packet.Trace
	for _, t := range k.run.Transports {
		if taught, ok := seen.Teaching(t, e.Lesson, own); ok {
			lessons = append(lessons, taught)
		}
	}
	if len(lessons) == 0 || e.Caption.IsZero() {
		return // its packets show nothing of it
	}
	stream, err := k.run.Few(e, r, lessons, seen.Seen())
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[e.ID] = stream
	if k.err == nil {
		k.err = err
	}
}

// Kept are the streams of the experiments that showed something, by experiment,
// gzipped. The run is over.
func (k *Keeper) Kept() (map[string][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept, k.err
}

// Few is a short stream of some conversations of an experiment, gzipped, with what was
// seen of their wires besides packets.
func (run Run) Few(
	e experiments.Experiment, r *result.Result, some []packet.Trace, seen []capture.Seen,
) ([]byte, error) {
	s := run.few(e.ID, run.Print.Words.Text(e.Caption), some)
	s.besides(ofWires(some, seen))
	return packed(append([]any{run.start(r)}, s.lines()...))
}

// FewOfFile is a short stream of conversations of a capture file, gzipped.
func (run Run) FewOfFile(name string, some []packet.Trace) ([]byte, error) {
	return packed(append([]any{run.startOfFile(name)}, run.few(name, "", some).lines()...))
}

// few tells of some conversations: the more there are, the less of each.
func (run Run) few(of, caption string, some []packet.Trace) *story {
	s := newStory(run, of)
	s.bounds = bounds{min(MostPackets, mostOfAll/max(len(some), 1)), MostSpans}
	for _, t := range some {
		s.tell(t, true, caption)
	}
	return s
}

// ofWires is what was seen of the wires of some conversations; of all others nothing.
func ofWires(traces []packet.Trace, seen []capture.Seen) []capture.Seen {
	some := make([]capture.Seen, len(seen))
	for _, t := range traces {
		some[t.Wire-1] = seen[t.Wire-1]
	}
	return some
}

// packed are lines as gzipped JSON.
func packed(lines []any) ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	to := encoder(zip)
	for _, line := range lines {
		if err := to.Encode(line); err != nil {
			return nil, fmt.Errorf("write events: %w", err)
		}
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("pack events: %w", err)
	}
	return out.Bytes(), nil
}
