package experiments

import (
	"context"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Row declares a measurement in one place: what programs and people call it, and
// how its cells come from what an experiment found of a transport.
type Row[T any] struct {
	ID       string
	Label    text.Phrase
	Unit     text.Phrase  // "ms", "%", "packets", ...; "" for words
	Headline bool         // shown without --details
	Basis    text.Message // where the expectation comes from
	Cell     func(t testbed.Transport, found T) result.Cell
}

// Measure fills rows with what was found of each transport, by its name.
func Measure[T any](transports []testbed.Transport, found map[string]T, rows ...Row[T]) []result.Measurement {
	all := make([]result.Measurement, len(rows))
	for i, r := range rows {
		m := result.Row(r.ID, r.Label, r.Unit)
		m.Headline, m.Basis = r.Headline, r.Basis
		for _, t := range transports {
			m.Put(t.Name, r.Cell(t, found[t.Name]))
		}
		all[i] = *m
	}
	return all
}

// Method is how an experiment measures.
type Method = func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error)

// Finder finds out about one transport what the rows of an experiment show.
type Finder[T any] func(ctx context.Context, b *testbed.Bench, t testbed.Transport) (T, error)

// SideBySide is the method of an experiment that looks at all transports at the
// same time.
func SideBySide[T any](find Finder[T], rows []Row[T]) Method { return measureEach(false, find, rows) }

// InTurn is the method of an experiment that looks at one transport after the
// other, because they would disturb each other.
func InTurn[T any](find Finder[T], rows []Row[T]) Method { return measureEach(true, find, rows) }

func measureEach[T any](alone bool, find Finder[T], rows []Row[T]) Method {
	return func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		found, err := testbed.Each(ctx, b, alone, func(ctx context.Context, t testbed.Transport) (T, error) {
			return find(ctx, b, t)
		})
		if err != nil {
			return nil, err
		}
		return Measure(b.Transports, found, rows...), nil
	}
}
