package text

import (
	"fmt"
	"math"
	"strconv"
)

// Figure writes a figure as a sentence quotes it: three significant digits, or
// whole numbers above a hundred.
func Figure(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return fmt.Sprintf("%.3g", x)
}
