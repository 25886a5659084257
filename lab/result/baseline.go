package result

// Baseline is the earlier report that a report is held against.
type Baseline struct {
	Environment Environment `json:"environment"`
	Options     Options     `json:"options"`
	// Gone is what only the earlier report has.
	Gone []Gone `json:"gone"`
}

// Gone names a measurement, or with Measurement "" a whole experiment, that
// only an earlier report has.
type Gone struct {
	Experiment  string `json:"experiment"`
	Measurement string `json:"measurement,omitempty"`
}

// Change tells how a value differs from that of an earlier report.
type Change struct {
	Kind ChangeKind `json:"change"`
	Was  *Value     `json:"was,omitempty"` // nil where the value is new
}

// ChangeKind is what to make of a difference.
type ChangeKind string

// The kinds of change.
const (
	Same    ChangeKind = "same"    // the very same value
	Noise   ChangeKind = "noise"   // theory allows both, or one lies among the other's runs
	Changed ChangeKind = "changed" // neither explains the difference
	New     ChangeKind = "new"     // the earlier report has no such value
)
