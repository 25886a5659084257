package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/predict"
	"echolab/lab/report"
	"echolab/lab/words"
)

// predicting is what "lab predict" was asked for: a comparison, and guesses
// before it.
type predicting struct {
	comparing
	answers string // file with the guesses; "" asks, "-" is standard input
	save    string // file to keep them in
	blank   bool   // print the questions instead
}

func newPredict(t *terminal) *cobra.Command {
	c := predicting{comparing: comparing{
		options:    lab.Options{Seed: 1, Runs: 1, Messages: messages, Size: messageSize, Network: lab.Auto},
		transports: "tcp,udp",
		print:      report.Options{Format: "table"},
	}}
	cmd := &cobra.Command{
		Use:   "predict [EXPERIMENT...]",
		Short: "guess first, then measure, then see why",
		Long: "Ask what experiments will show, run them, and print guesses, measurements and\n" +
			"theory side by side, with points. A number is right within the range of theory\n" +
			"or 10 % of the measurement, and half-right within a factor of two; of choices\n" +
			"on a scale, the next one is half-right. Answers come from a terminal, from a\n" +
			"pipe, one a line in the order of the questions, or from a file of lines\n" +
			"\"experiment.measurement.transport = answer\"; an empty one is none.",
		Example: "  lab predict loss setup\n" +
			"  lab predict --questions > answers.txt\n" +
			"  lab predict --answers answers.txt --format json",
		ValidArgsFunction: completeExperiments,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, t, args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.Var(text(&c.answers, "FILE"), "answers", "take the answers from a file; - is standard input")
	f.Var(text(&c.save, "FILE"), "save", "keep the answers in a file that --answers takes")
	f.BoolVar(&c.blank, "questions", false, "print the questions as a file of answers to fill in, and run nothing")
	choice(cmd, &c.print.Format, "format", "FORMAT", "how results are printed", "table", "json")
	choice(cmd, &c.options.Network, "network", "NAME", "where experiments run", networkNames()...)
	f.Var(seed(&c.options.Seed), "seed", "decides every random fate; the same seed, the same fates")
	f.BoolVar(&c.options.Quick, "quick", false, "measure less, in a few seconds")
	choice(cmd, &c.lang, "lang", "LANGUAGE", "the language of questions and tables; the locale's if left out", words.Languages()...)
	f.BoolVar(&c.quiet, "quiet", false, "print no progress, and tables without heading and last line")
	return cmd
}

// run asks, runs and marks.
func (c *predicting) run(cmd *cobra.Command, t *terminal, names []string) error {
	if c.blank {
		return c.printBlank(t, names)
	}
	plan, err := c.plan(cmd, names)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	questions := predict.Questions(ids(plan.Experiments)...)
	answers, err := c.collect(cmd.Context(), t, plan.Experiments, questions)
	if err != nil {
		return err
	}
	shown := newProgress(t, c.quiet)
	plan.Progress = shown.hear
	found, interrupted := lab.Run(cmd.Context(), plan)
	shown.end()
	if err := c.deliver(t, questions, answers, found); err != nil {
		return err
	}
	if interrupted != nil {
		return interrupted
	}
	return c.verdict(t, found)
}

// printBlank prints the questions for people to answer in a file.
func (c *predicting) printBlank(t *terminal, names []string) error {
	list, err := chosen(names)
	if err != nil {
		return err
	}
	p, err := words.For(c.lang)
	if err != nil {
		return err
	}
	return predict.Write(t.out, p, predict.Questions(ids(list)...), nil, introductions(p, list))
}

// collect takes the answers from where they are, and keeps them.
func (c *predicting) collect(ctx context.Context, t *terminal, list []lab.Experiment, questions []predict.Question) (predict.Answers, error) {
	if err := writable("save", c.save); err != nil {
		return nil, err
	}
	answers, err := predict.Answers(nil), error(nil)
	if c.answers != "" {
		answers, err = c.read(t)
	} else {
		a := asking{t: t, p: c.print.Words, about: introductions(c.print.Words, list)}
		answers, err = a.all(ctx, questions)
	}
	if c.save != "" && len(answers) > 0 {
		err = errors.Join(err, deliver(t, c.save, func(w io.Writer) error {
			return predict.Write(w, c.print.Words, questions, answers, introductions(c.print.Words, list))
		}))
	}
	if err != nil {
		return nil, err
	}
	for _, q := range questions {
		if _, ok := answers[q.Key()]; ok {
			return answers, nil
		}
	}
	return nil, misuse("\"lab predict --questions\" prints the questions to fill in", "none of the %d questions is answered", len(questions))
}

// read takes the answers from a file.
func (c *predicting) read(t *terminal) (predict.Answers, error) {
	in := t.in
	if c.answers != "-" {
		f, err := os.Open(c.answers)
		if err != nil {
			return nil, misuse("--answers FILE that exists and may be read", "--answers %s: %w", c.answers, bareFile(err))
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	answers, err := predict.Read(in)
	if err != nil {
		return nil, misuse(answersHint(err), "--answers %s: %w", c.answers, err)
	}
	return answers, nil
}

// answersHint says what the line should have been.
func answersHint(err error) string {
	var unknown *predict.Unknown
	var line *predict.Trouble
	switch all := predict.Questions(); {
	case errors.As(err, &unknown):
		var keys []string
		for _, q := range all {
			keys = append(keys, q.Key())
		}
		return didYouMean(nearest(unknown.Key, keys), "\"lab predict --questions\" prints all of them")
	case errors.As(err, &line) && line.Key != "":
		for _, q := range all {
			if q.Key() == line.Key {
				return "it takes " + q.Takes(words.Printer{})
			}
		}
	}
	return "such a line is: loss.delivered.udp = 81"
}

// deliver prints the marked answers.
func (c *predicting) deliver(t *terminal, questions []predict.Question, answers predict.Answers, found *lab.Report) error {
	titles := map[string]lab.Text{}
	for _, e := range experiments.All() {
		titles[e.ID] = lab.Say(e.Title)
	}
	return report.WritePredictions(t.out, predict.Score(questions, answers, found), titles, c.print)
}

// asking asks a person, or takes a pipe's lines for answers.
type asking struct {
	t     *terminal
	p     words.Printer
	about map[string][]string // what is said of each experiment, by id
}

// all asks every question. A wrong answer is asked again on a terminal, and is
// the end on a pipe. Where the input ends or a line says Q, the other
// questions are left unanswered.
func (a *asking) all(ctx context.Context, questions []predict.Question) (predict.Answers, error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	lines, failed := readLines(reading, a.t)
	answers, last := predict.Answers{}, ""
	a.tell("%s\n", a.p.Say("An empty line leaves a question out; Q ends the questions."))
	for i := 0; i < len(questions); {
		q := questions[i]
		if q.Experiment != last {
			last = q.Experiment
			a.tell("\n%s\n", strings.Join(a.about[last], "\n"))
		}
		a.tell("%d/%d  %s\n      %s: ", i+1, len(questions), a.p.Text(q.Prompt), q.Takes(a.p))
		select {
		case <-ctx.Done():
			a.tell("\n")
			return answers, ctx.Err()
		case line, more := <-lines:
			if !more {
				a.tell("\n")
				if len(answers) > 0 && !isTerminal(a.t.in) {
					a.t.warn("the answers ended before %s; questions left unanswered: %d", q.Key(), len(questions)-i)
				}
				return answers, <-failed
			}
			again, err := a.answer(answers, q, string(line))
			if err != nil {
				return answers, err
			}
			if !again {
				i++
			}
		}
	}
	return answers, nil
}

// answer notes one line. On a terminal, a wrong one is to be asked again.
func (a *asking) answer(answers predict.Answers, q predict.Question, line string) (again bool, err error) {
	if line == "" {
		return false, nil
	}
	g, err := q.Parse(line)
	switch {
	case err == nil:
		answers[q.Key()] = g
		return false, nil
	case isTerminal(a.t.in):
		a.t.say("%v", err)
		return true, nil
	}
	return false, misuse("it takes "+q.Takes(words.Printer{}), "%s: %w", q.Key(), err)
}

// introductions say of each experiment, by id, what it asks and under which
// conditions.
func introductions(p words.Printer, list []lab.Experiment) map[string][]string {
	all := map[string][]string{}
	for _, e := range list {
		all[e.ID] = []string{p.Say("%s: %s", p.Say(e.Title), p.Say(e.Question))}
		if under := report.Conditions(p, e.Conditions.Words()); under != "" {
			all[e.ID] = append(all[e.ID], p.Say("its conditions: %s", under))
		}
	}
	return all
}

// tell prints to a person only.
func (a *asking) tell(format string, args ...any) { a.t.prompt(fmt.Sprintf(format, args...)) }
