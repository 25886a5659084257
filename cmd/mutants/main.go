// Command mutants makes small mistakes in the lab's own sources, one at a time,
// and reports those that no test notices. Mistakes that tests must catch stand
// in testdata/mutants.txt. The sources themselves are not touched: every
// mistake is made in a copy.
//
//	go run ./cmd/mutants [-run REGEXP] [-jobs N] [-list FILE]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"
)

func main() {
	list := flag.String("list", "testdata/mutants.txt", "the `file` with the mistakes to make")
	only := flag.String("run", "", "make only mistakes whose name matches this `regexp`")
	jobs := flag.Int("jobs", 1, "make `N` mistakes at once, each in a copy of its own")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	survivors, err := run(ctx, *list, *only, *jobs)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	case survivors > 0:
		os.Exit(1)
	}
}

// run makes the mistakes of the list that match, and counts those that no test
// noticed.
func run(ctx context.Context, list, only string, jobs int) (survivors int, err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	mutants, err := read(list)
	if err != nil {
		return 0, err
	}
	mutants = slices.DeleteFunc(mutants, func(m mutant) bool { return !wanted.MatchString(m.name) })
	copies, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(copies)) }()
	survivors, err = tryAll(ctx, mutants, copies, jobs)
	fmt.Printf("%d of %d mistakes survived\n", survivors, len(mutants))
	return survivors, err
}

// tryAll makes the mistakes in several copies of the sources side by side. A
// copy is used again, so that what is not changed need not be compiled again.
func tryAll(ctx context.Context, mutants []mutant, copies string, jobs int) (survivors int, err error) {
	todo := make(chan mutant, len(mutants))
	for _, m := range mutants {
		todo <- m
	}
	close(todo)
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	for i := range jobs {
		dir := filepath.Join(copies, strconv.Itoa(i))
		g.Go(func() error {
			if err := clone(ctx, ".", dir); err != nil {
				return err
			}
			for m := range todo {
				fate, err := m.try(ctx, dir)
				if err != nil {
					return fmt.Errorf("%s: %w", m.name, err)
				}
				mu.Lock()
				if fate.survived {
					survivors++
				}
				fmt.Println(fate.of(m.name))
				mu.Unlock()
			}
			return nil
		})
	}
	err = g.Wait()
	return survivors, err
}
