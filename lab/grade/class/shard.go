package class

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Shard is a share of a class: every N-th submission, beginning with the I-th. The zero value
// is the whole class.
type Shard struct {
	I, N int // from 1 to N
}

// IsZero reports whether it is the whole class.
func (s Shard) IsZero() bool { return s.N == 0 }

// Has reports whether the i-th submission, counted from 0, is in the share.
func (s Shard) Has(i int) bool { return s.IsZero() || i%s.N == s.I-1 }

// String is the share as ParseShard reads it.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.N) }

// ParseShard reads I/N.
func ParseShard(line string) (Shard, error) {
	first, second, ok := strings.Cut(line, "/")
	i, err := strconv.Atoi(first)
	n, other := strconv.Atoi(second)
	if !ok || err != nil || other != nil || n < 1 || i < 1 || i > n {
		return Shard{}, errors.New("not I/N with I from 1 to N, such as 2/3")
	}
	return Shard{i, n}, nil
}

// array is how an engine tells a task which of how many it is.
type array struct {
	index, count string // variables
	from         string // the variable that holds the first index; "" means it is first
	first        int
}

// arrays are the engines that are known. Kubernetes tells an Indexed Job no number of tasks:
// its manifest sets JOB_COMPLETIONS. A Slurm task that is submitted again by itself (--array=3)
// is told that it is the first of one, and would grade the whole class: give it LAB_SHARD or
// --shard, as "$SLURM_ARRAY_TASK_ID/6".
var arrays = []array{
	{index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT", from: "SLURM_ARRAY_TASK_MIN"},
	{index: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETIONS"},
	{index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", first: 1}, // GitLab
}

// ShardVariable is the variable that says the share as I/N. It goes before those of engines.
const ShardVariable = "LAB_SHARD"

// ShardFrom is the share that the environment asks for, and the variable that says so; where
// there is none, the whole class.
func ShardFrom(getenv func(string) string) (Shard, string, error) {
	if line := getenv(ShardVariable); line != "" {
		s, err := ParseShard(line)
		if err != nil {
			return s, "", fmt.Errorf("%s=%s: %w", ShardVariable, line, err)
		}
		return s, ShardVariable, nil
	}
	for _, a := range arrays {
		if getenv(a.index) == "" {
			continue
		}
		s, err := a.shard(getenv)
		return s, a.index, err
	}
	return Shard{}, "", nil
}

func (a array) shard(getenv func(string) string) (Shard, error) {
	if getenv(a.count) == "" {
		return Shard{}, fmt.Errorf("%s is set, but not %s: of how many shares is this one?", a.index, a.count)
	}
	index, err := strconv.Atoi(getenv(a.index))
	count, other := strconv.Atoi(getenv(a.count))
	first := a.first
	if from := getenv(a.from); a.from != "" && from != "" && err == nil {
		first, err = strconv.Atoi(from)
	}
	i := index - first + 1
	if err := errors.Join(err, other); err != nil || count < 1 || i < 1 || i > count {
		return Shard{}, fmt.Errorf("%s=%s and %s=%s are no share", a.index, getenv(a.index), a.count, getenv(a.count))
	}
	return Shard{i, count}, nil
}

// Share is the list with only the lines of a share.
func (l *List) Share(s Shard) *List {
	share := *l
	share.Submissions = nil
	for i, e := range l.Submissions {
		if s.Has(i) {
			share.Submissions = append(share.Submissions, e)
		}
	}
	return &share
}
