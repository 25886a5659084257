#!/bin/bash
# Grades a class in {{.Shards}} shares, a task of an array job each. With FILE as the name
# of this file:
#
#   bash FILE             submits the array and, behind it, the job that merges the shares
#   sbatch FILE           submits the array alone
#   sbatch --array=3 FILE grades share 3 once more
#   bash FILE merge       merges the shares here and now
#
# All of it may be repeated: what is graded already stays as it is. A task that was
# killed or lost its machine goes on where it was. Where a task failed for good, the
# merging is cancelled; look at lab-grade-*.log, then type the first line once more.
#
#SBATCH --job-name=lab-grade
#SBATCH --array=1-{{.Shards}}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={{.Jobs}}
#SBATCH --mem={{.Memory}}M
#SBATCH --time={{.Minutes}}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=lab-grade-%A_%a.log

set -eu

lab={{word .Binary}}
sum={{.Sum}}

# The results are those of this grader and no other.
check() {
	local found
	found=$(sha256sum <"$lab") || exit {{.WrongGrader}}
	[ "${found%% *}" = "$sum" ] && return
	echo "$lab is not the grader that this plan was made with: its SHA-256 is ${found%% *}, not $sum" >&2
	exit {{.WrongGrader}}
}

merge() {
	check
	exec "$lab" {{words .Merging}}
}

# A grader that could not run is tried again, unless its command line is wrong or
# somebody ended it.
grade() {
	check
	local attempt status
	for attempt in {1..{{.Attempts}}}; do
		status=0
		"$lab" {{words .Before}} --shard="$SLURM_ARRAY_TASK_ID/{{.Shards}}" {{words .Behind}} || status=$?
		case $status in
		0 | {{.Misuse}}) exit "$status" ;;
		esac
		[ "$status" -lt 128 ] || exit "$status"
		echo "share $SLURM_ARRAY_TASK_ID: attempt $attempt of {{.Attempts}} ended with status $status" >&2
	done
	exit "$status"
}

submit() {
	check
	local self array merging
	self=$(realpath -- "$0")
	array=$(sbatch --parsable -- "$self")
	array=${array%%;*}
	merging=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes --job-name=lab-merge \
		--time=30 --output=lab-merge-%j.log --wrap="$(printf '%q ' bash "$self" merge)")
	echo "array job $array, merging job ${merging%%;*}"
}

if [ "${1:-}" = merge ]; then
	merge
elif [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
	grade
else
	submit
fi
