package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/quiz"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/text"
)

// predicting is what "lab predict" was asked for: a comparison, and guesses
// before it.
type predicting struct {
	comparing
	answers string // file with the guesses; "" asks, "-" is standard input
	save    string // file to write them into
	blank   bool   // print the questions instead
}

func newPredict(t *terminal) *cobra.Command {
	c := predicting{comparing: newComparing()}
	cmd := &cobra.Command{
		Use:   "predict [EXPERIMENT...]",
		Short: "guess first, then measure, then see why",
		Long: "Ask what experiments will show, run them, and print guesses, measurements and\n" +
			"theory side by side, with points. A number is right within the range of theory\n" +
			"or 10 % of the measurement, and half-right within a factor of two; of choices\n" +
			"on a scale, the next one is half-right. Answers come from a terminal, from a\n" +
			"pipe, one a line in the order of the questions, or from a file of lines\n" +
			"\"experiment.measurement.transport = answer\"; an empty one is none. Conditions\n" +
			"change what there is to guess; what cannot be told under them is not asked.",
		Example: "  lab predict loss setup\n" +
			"  lab predict loss --loss 30%\n" +
			"  lab predict --questions > answers.txt\n" +
			"  lab predict --answers answers.txt --format json",
		ValidArgsFunction: completeExperiments,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, t, args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.Var(anyText(&c.answers, "FILE"), "answers", "take the answers from a file; - is standard input")
	f.Var(anyText(&c.save, "FILE"), "save", "keep the answers in a file that --answers takes")
	f.BoolVar(&c.blank, "questions", false, "print the questions as a file of answers to fill in, and run nothing")
	c.measuring.flags(cmd)
	choice(cmd, &c.print.Format, "format", "FORMAT", "how results are printed", "table", "json")
	c.printFlags(cmd)
	return cmd
}

// run asks, runs and marks.
func (c *predicting) run(cmd *cobra.Command, t *terminal, names []string) error {
	if c.blank {
		return c.printBlank(t, names)
	}
	plan, _, err := c.plan(cmd, names)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	list := experimentsOf(plan)
	questions, err := c.questions(t, list)
	if err != nil {
		return err
	}
	answers, err := c.collect(cmd.Context(), t, list, questions)
	if err != nil {
		return err
	}
	found, interrupted := measure(cmd.Context(), t, plan, c.print.Words, c.print.Quiet)
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
	list, err := find(names)
	if err != nil {
		return err
	}
	if err := c.conditions.check(list, c.options.Network); err != nil {
		return err
	}
	questions, err := c.questions(t, list)
	if err != nil {
		return err
	}
	return quiz.Write(t.out, c.print.Words, questions, nil, c.introductions(list))
}

// questions are those about the experiments that have an answer under the
// conditions that were asked for. It warns of those that have none.
func (c *predicting) questions(t *terminal, list []experiments.Experiment) ([]quiz.Question, error) {
	under := map[string]map[string]any{} // conditions by experiment
	for _, e := range list {
		o, err := e.Under(c.conditions.wanted)
		if err != nil {
			return nil, err
		}
		under[e.ID] = o.Words()
	}
	var asked []quiz.Question
	var silent []string
	for _, q := range quiz.Questions(ids(list)...) {
		if q.Defined(under[q.Experiment]) {
			asked = append(asked, q)
		} else {
			silent = append(silent, q.Key())
		}
	}
	switch {
	case len(asked) == 0:
		return nil, misusef("leave some of them out",
			"%s: under these conditions the answers cannot be told beforehand", list[0].ID)
	case len(silent) > 0:
		t.warnf("not asked, because the answer cannot be told under these conditions: %s", strings.Join(silent, ", "))
	}
	return asked, nil
}

// collect reads the answers from the file of --answers or asks for them, and saves
// them in the file of --save.
func (c *predicting) collect(
	ctx context.Context, t *terminal, list []experiments.Experiment, questions []quiz.Question,
) (quiz.Answers, error) {
	if err := writable("save", c.save); err != nil {
		return nil, err
	}
	answers, err := quiz.Answers(nil), error(nil)
	if c.answers != "" {
		answers, err = c.read(t)
	} else {
		a := asking{t: t, p: c.print.Words, about: c.introductions(list)}
		answers, err = a.all(ctx, questions)
	}
	if c.save != "" && len(answers) > 0 {
		err = errors.Join(err, deliver(t, c.save, func(w io.Writer) error {
			return quiz.Write(w, c.print.Words, questions, answers, c.introductions(list))
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
	return nil, misusef("\"lab predict --questions\" prints the questions to fill in",
		"none of the %d questions is answered", len(questions))
}

// introductions are the lines below the id of each experiment, by id: its title,
// its question and its conditions.
func (c *predicting) introductions(list []experiments.Experiment) map[string][]string {
	all, p := map[string][]string{}, c.print.Words
	for _, e := range list {
		all[e.ID] = []string{p.Text(e.Title), p.Text(e.Question)}
		o, _ := e.Under(c.conditions.wanted) // the plan has checked it
		if under := report.Conditions(p, o.Words()); under != "" {
			all[e.ID] = append(all[e.ID], p.Sayf("its conditions: %s", under))
		}
	}
	return all
}

// read takes the answers from a file.
func (c *predicting) read(t *terminal) (quiz.Answers, error) {
	in, err := t.input("answers", c.answers)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	answers, err := quiz.Read(in)
	if err != nil {
		return nil, misusef(answersHint(err), "--answers %s: %w", c.answers, bareFile(err))
	}
	return answers, nil
}

// answersHint says what the line should have been.
func answersHint(err error) string {
	var unknown *quiz.Unknown
	var line *quiz.Trouble
	switch all := quiz.Questions(); {
	case errors.As(err, &unknown):
		return didYouMean(nearest(unknown.Key, each(all, quiz.Question.Key)),
			"\"lab predict --questions\" prints all of them")
	case errors.As(err, &line) && line.Key != "":
		for _, q := range all {
			if q.Key() == line.Key {
				return "it takes " + q.Takes(text.Printer{})
			}
		}
	}
	return "such a line is: loss.delivered.udp = 81"
}

// deliver prints the marked answers.
func (c *predicting) deliver(t *terminal, questions []quiz.Question, answers quiz.Answers, found *result.Report) error {
	titles := map[string]text.Message{}
	for _, e := range registry.All() {
		titles[e.ID] = e.Title
	}
	return report.WritePredictions(t.out, quiz.Score(questions, answers, found), titles, c.print)
}
