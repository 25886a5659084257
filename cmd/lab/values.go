package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab/text"
)

// value is a flag with a parser whose errors say what is allowed.
type value[T any] struct {
	to    *T
	kind  string // what the help calls it
	text  string // as the user wrote it, or as the help shows the default
	parse func(string) (T, error)
}

// Set is called with what the user wrote.
func (v *value[T]) Set(line string) error {
	parsed, err := v.parse(line)
	if err != nil {
		return err
	}
	*v.to, v.text = parsed, line
	return nil
}

func (v *value[T]) String() string { return v.text }

// Type is the word that stands for the value in the help.
func (v *value[T]) Type() string { return v.kind }

// anyText is a flag for any words.
func anyText(to *string, kind string) pflag.Value {
	return &value[string]{to, kind, *to, func(s string) (string, error) { return s, nil }}
}

// number is a flag for whole numbers from least to most.
func number(to *int, kind string, least, most int) pflag.Value {
	parse := func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, errors.New("not a whole number")
		}
		if n < least || n > most {
			return 0, fmt.Errorf("not from %d to %d", least, most)
		}
		return n, nil
	}
	return &value[int]{to, kind, strconv.Itoa(*to), parse}
}

// seed is a flag for the seed of the random numbers.
func seed(to *uint64) pflag.Value {
	return &value[uint64]{to, "N", strconv.FormatUint(*to, 10), func(s string) (uint64, error) {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return 0, errors.New("not a whole number from 0 to 18446744073709551615")
		}
		return n, nil
	}}
}

// period is a flag for durations of least or more.
func period(to *time.Duration, least time.Duration) pflag.Value {
	parse := func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, errors.New("not a duration with its unit, such as 10ms, 2s or 1m")
		}
		if d < least {
			return 0, fmt.Errorf("less than %v", least)
		}
		return d, nil
	}
	line := ""
	if *to != 0 {
		line = to.String()
	}
	return &value[time.Duration]{to, "DURATION", line, parse}
}

// choice adds a flag for one of a few words, completed by the shell.
func choice(cmd *cobra.Command, to *string, name, kind, usage string, words ...string) {
	choose(cmd, &value[string]{to, kind, *to, func(s string) (string, error) { return s, nil }}, name, usage, words)
}

// languageUsage is the help of languageFlag for most commands.
const languageUsage = "the language of what is printed; the locale's if left out"

// languageFlag adds --lang, the language of sentences; the locale's if left out.
func languageFlag(cmd *cobra.Command, to *text.Printer, usage string) {
	var err error
	if *to, err = text.For(""); err != nil {
		panic(err) // the catalogue cannot be read: a mistake in this program
	}
	choose(cmd, &value[text.Printer]{to, "LANGUAGE", "", text.For}, "lang", usage, text.Languages())
}

// choose adds a flag that takes only those words.
func choose[T any](cmd *cobra.Command, v *value[T], name, usage string, words []string) {
	parse := v.parse
	v.parse = func(s string) (T, error) {
		if !slices.Contains(words, s) {
			return *v.to, fmt.Errorf("not one of %s", strings.Join(words, ", "))
		}
		return parse(s)
	}
	cmd.Flags().Var(v, name, strings.Join(words, "|")+": "+usage)
	offer(cmd, name, words)
}

// offer lets the shell complete a flag's value.
func offer(cmd *cobra.Command, flag string, words []string) {
	fixed := cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(flag, fixed); err != nil {
		panic(err) // the flag is not there: a mistake in this program
	}
}
