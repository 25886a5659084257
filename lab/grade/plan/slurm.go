package plan

import "io"

// slurm writes the script of an array job. It also submits itself, with the job
// that merges the shares behind it.
func slurm(w io.Writer, o Options) error {
	before, behind := o.grading()
	body, err := fill("array.sh", map[string]any{
		"Shards": o.Shards, "Jobs": o.Jobs, "Minutes": o.minutes(), "Memory": o.memory(),
		"Binary": o.Binary, "Sum": o.Sum, "Before": before, "Behind": behind, "Merging": o.merging(o.Grades),
		"Attempts": attempts, "Misuse": misuse, "WrongGrader": wrongGrader,
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, body)
	return err
}
