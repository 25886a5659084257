// Package chart is what a chart shows: one quantity over an axis, as measured, with
// its band, and as theory has it. chart.go is the data, terminal.go draws it in
// letters; folder plot draws it as a picture.
package chart

// Chart is one quantity over one axis.
type Chart struct {
	Title  string // "Delivered"
	X, Y   Scale
	Curves []Curve // in the order of the legend
	Legend Legend
}

// Legend is what the marks are called, in the reader's language.
type Legend struct {
	Band    string // what a band is: "least to greatest of 10"
	Theory  string // "theory"
	Range   string // what theory allows: "theory's range"
	Outside string // a point outside it: "outside theory's range"
	Meeting string // where several curves meet in one place of a terminal: "curves that meet"
}

// Scale is one axis.
type Scale struct {
	Label string // with its unit: "Loss (%)"
	Log   bool   // equal steps are equal ratios; all values are above 0
	Zero  bool   // 0 is on it: where no value is below, it begins there
	// Words stand in the place of numbers: position i, from 0, is called Words[i].
	// nil is an axis of numbers.
	Words []string
}

// Curve is what was measured of one transport under one set of other conditions.
type Curve struct {
	Name   string  // "TCP", "UDP, delay 50ms"
	Points []Point // by X
}

// Point is one point of a curve. All numbers are finite.
type Point struct {
	X        float64
	Measured *Measured // nil where there is no number
	Theory   *Theory   // nil where theory says nothing
}

// Measured is the median of the repetitions of a point, and the least and the
// greatest of them.
type Measured struct {
	Median, Least, Greatest float64
	Outside                 bool // the median is not what theory allows
}

// Theory is what theory expects, and the range that it allows.
type Theory struct{ Expected, Low, High float64 }
