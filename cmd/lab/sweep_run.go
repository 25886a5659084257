//go:build !wasip1

package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/link"
	"echolab/lab/networks/simulated"
	"echolab/lab/result"
	"echolab/lab/sweep"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// measureAll runs what is missing, and keeps it in the file to go on from.
func (s *sweeping) measureAll(ctx context.Context, t *terminal, e experiments.Experiment, found *sweep.Sweep) error {
	shown := newSweepProgress(t, s.print)
	machine.Told = shown.prepare
	defer func() { machine.Told = nil }()
	saved := &saving{file: s.resume}
	r := sweep.Runner{
		AtOnce: s.atOnce(), Share: s.share,
		Measure: func(ctx context.Context, j sweep.Job) (*result.Result, error) {
			return s.measureOne(ctx, e, j)
		},
		Done: func(done, all int) error {
			shown.hear(done, all)
			return saved.now(found)
		},
	}
	err := r.Run(ctx, found)
	shown.end()
	return errors.Join(err, saved.write(found))
}

// atOnce is how many jobs run side by side: on machines of their own they do not
// disturb each other.
func (s *sweeping) atOnce() int {
	if s.options.Network != simulated.Name {
		return 1
	}
	return cmp.Or(s.jobs, runtime.GOMAXPROCS(0))
}

// point is what runs at a point.
type point struct {
	asked      link.Overrides
	options    result.Options
	transports []testbed.Transport
}

// at is what runs where the axes have these values.
func (s *sweeping) at(values []sweep.Value) (p point, err error) {
	p.options = s.options
	names := s.transports
	var axes link.Overrides
	for i, v := range values {
		switch name := s.axes[i].Name; name {
		case sweep.AxisMessages:
			p.options.Messages = int(*v.Number)
		case sweep.AxisSize:
			p.options.Size = int(*v.Number)
		case sweep.AxisCongestion:
			p.options.Congestion = v.Text
		case sweep.AxisTransport:
			names = v.Text
		case sweep.AxisPreset:
			p.options.Preset = v.Text
			err = errors.Join(err, p.asked.Preset(v.Text))
		default:
			err = errors.Join(err, axes.Set(name, v.Text))
		}
	}
	if err != nil {
		return p, err
	}
	p.asked.Add(s.conditions.wanted)
	p.asked.Add(axes)
	p.transports, err = transportsOf(names)
	p.options.Transports = each(p.transports, func(t testbed.Transport) string { return t.Name })
	return p, err
}

// measureOne makes one run.
func (s *sweeping) measureOne(ctx context.Context, e experiments.Experiment, j sweep.Job) (*result.Result, error) {
	p, err := s.at(j.At)
	if err != nil {
		return nil, err
	}
	o, err := e.Under(p.asked)
	if err != nil {
		return nil, err
	}
	item, err := lab.NewItem(e, o, s.options.Network, drivers())
	if err != nil {
		return nil, err
	}
	p.options.Seed = j.Seed
	found, err := lab.Run(ctx, lab.Plan{Items: []lab.Item{item}, Options: p.options, Transports: p.transports})
	if err != nil {
		return nil, err
	}
	return found.Experiments[0], s.hasMeasured(found.Experiments[0])
}

// hasMeasured refuses measurements that the experiment has not.
func (s *sweeping) hasMeasured(r *result.Result) error {
	known := each(r.Measurements, func(m result.Measurement) string { return m.ID })
	for _, id := range splitNames(s.measure) {
		if r.Error == "" && !slices.Contains(known, id) {
			return misusef(didYouMean(nearest(id, known), "it has "+strings.Join(known, ", ")),
				"--measure %s: %s has no such measurement", id, r.ID)
		}
	}
	return nil
}

// checkPoints refuses points that cannot be measured. It returns the conditions that
// are the same at all.
func (s *sweeping) checkPoints(e experiments.Experiment, p sweep.Plan) (common map[string]any, err error) {
	for number := range p.Points() {
		at, err := s.at(p.At(number))
		if err != nil {
			return nil, misusef("\"lab sweep --help\" tells the axes", "--over: %w", err)
		}
		under, err := e.Under(at.asked)
		if err != nil {
			return nil, misusef(ownConditions(e), "%s: %w", e.ID, err)
		}
		for _, a := range p.Axes {
			if why := whyIgnored(a.Name, e, under); isCondition(a) && why != "" {
				return nil, misusef(whereActs(a.Name), "--over %s cannot act in %s: %s", a.Name, e.ID, why)
			}
		}
		words := under.Words()
		if number == 0 {
			common = words
		}
		maps.DeleteFunc(common, func(key string, v any) bool { return !reflect.DeepEqual(words[key], v) })
	}
	return common, nil
}

func isCondition(a sweep.Axis) bool {
	_, err := link.Named(a.Name)
	return err == nil
}

// checkOptions refuses axes that are options which do nothing in the experiment, or that
// the network has not.
func (s *sweeping) checkOptions(ctx context.Context, e experiments.Experiment) error {
	for _, a := range s.axes {
		switch {
		case optionCannotAct(a.Name, e):
			able := slices.DeleteFunc(registry.All(), func(e experiments.Experiment) bool {
				return optionCannotAct(a.Name, e)
			})
			return misusef("it can in "+strings.Join(ids(able), ", "),
				"--over %s cannot act in %s: what it sends is fixed", a.Name, e.ID)
		case a.Name == sweep.AxisPreset && len(e.Accepts) == 0:
			return misusef("\"lab explain "+e.ID+"\" tells its conditions",
				"--over preset cannot act in %s: %s", e.ID, whyIgnored("loss", e, wire.Options{}))
		case a.Name != sweep.AxisCongestion:
			continue
		}
		for _, v := range a.Values {
			if err := checkCongestion(ctx, v.Text, s.options.Network, []experiments.Experiment{e}); err != nil {
				return err
			}
		}
	}
	return nil
}

// optionCannotAct reports whether an axis is an option that does nothing in an
// experiment.
func optionCannotAct(name string, e experiments.Experiment) bool {
	return (name == sweep.AxisMessages || name == sweep.AxisSize) && !slices.Contains(e.Options, name)
}
