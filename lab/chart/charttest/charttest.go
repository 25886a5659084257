// Package charttest has charts as tests of drawings want them.
package charttest

import (
	"math"
	"strings"
	"time"

	"echolab/lab/chart"
	"echolab/lab/theory"
)

var legend = chart.Legend{
	Band: "least to greatest of 10", Theory: "theory", Range: "theory's range", Outside: "outside theory's range",
	Meeting: "curves that meet",
}

var koreanLegend = chart.Legend{
	Band: "10회의 최솟값부터 최댓값까지", Theory: "이론", Range: "이론의 범위",
	Outside: "이론의 범위를 벗어남", Meeting: "곡선이 만나는 곳",
}

// median is a point without theory.
func median(x, least, m, greatest float64) chart.Point {
	return chart.Point{X: x, Measured: &chart.Measured{Median: m, Least: least, Greatest: greatest}}
}

// Plain is a chart of curves of single medians: the y of each, at x of 0, 1, and so on.
func Plain(names string, curves ...[]float64) chart.Chart {
	x, y := chart.Scale{Label: "x", Zero: true}, chart.Scale{Label: "y", Zero: true}
	c := chart.Chart{Title: "Plain", X: x, Y: y, Legend: legend}
	for i, ys := range curves {
		curve := chart.Curve{Name: strings.Fields(names)[i]}
		for at, y := range ys {
			curve.Points = append(curve.Points, median(float64(at), y, y, y))
		}
		c.Curves = append(c.Curves, curve)
	}
	return c
}

// Loss is a sweep over loss: each echo crosses the link twice, UDP delivers (1-p)^2 of
// 200, and TCP all. One median lies outside.
func Loss() chart.Chart {
	tcp, udp := chart.Curve{Name: "TCP"}, chart.Curve{Name: "UDP"}
	for i, percent := range []float64{0, 1, 2, 5, 10, 15, 20, 25, 30} {
		all := median(percent, 100, 100, 100)
		all.Theory = &chart.Theory{Expected: 100, Low: 100, High: 100}
		tcp.Points = append(tcp.Points, all)

		p := (1 - percent/100) * (1 - percent/100)
		low, high := theory.Interval(200, p, 0.999)
		off := []float64{0, 0.5, -0.5, 1, -1, 0.5, -13, 1, 0}[i]
		m := median(percent, min(100*p+off+3, 100)-6*math.Sqrt(1-p), 100*p+off, min(100*p+off+3*math.Sqrt(1-p), 100))
		m.Measured.Least = min(m.Measured.Least, m.Measured.Median)
		m.Theory = &chart.Theory{Expected: 100 * p, Low: float64(low) / 2, High: float64(high) / 2}
		m.Measured.Outside = m.Measured.Median < m.Theory.Low || m.Measured.Median > m.Theory.High
		udp.Points = append(udp.Points, m)
	}
	return chart.Chart{
		Title: "Delivered", X: chart.Scale{Label: "Loss (%)", Zero: true}, Y: chart.Scale{Label: "Delivered (%)", Zero: true},
		Curves: []chart.Curve{tcp, udp}, Legend: legend,
	}
}

// Korean is Loss with Korean labels.
func Korean() chart.Chart {
	c := Loss()
	c.Title, c.X.Label, c.Y.Label, c.Legend = "전달된 메시지", "손실률 (%)", "전달된 비율 (%)", koreanLegend
	c.Curves[1].Name = "UDP, 지연 50ms"
	return c
}

// Mathis is a sweep of a TCP's rate on two logarithmic axes.
func Mathis() chart.Chart {
	reno := chart.Curve{Name: "TCP, delay 20ms"}
	for i, percent := range []float64{0.1, 0.2, 0.5, 1, 2, 3} {
		rate := theory.Mathis(1448, 40*time.Millisecond, percent/100, theory.MathisEverySegment) / 1e6
		m := rate * []float64{0.95, 0.9, 0.92, 0.85, 0.7, 0.45}[i]
		p := median(percent, m*0.8, m, m*1.15)
		p.Theory = &chart.Theory{Expected: rate, Low: rate / 2, High: rate * 1.2}
		p.Measured.Outside = m < rate/2
		reno.Points = append(reno.Points, p)
	}
	return chart.Chart{
		Title: "Rate under loss", X: chart.Scale{Label: "Loss (%), log scale", Log: true},
		Y: chart.Scale{Label: "Rate (Mbit/s), log scale", Log: true}, Curves: []chart.Curve{reno}, Legend: legend,
	}
}

// Categories is an axis of words.
func Categories() chart.Chart {
	c := Plain("TCP UDP", []float64{12, 40, 7}, []float64{10, 20, 6})
	c.Title, c.Y.Label = "Time until the answer", "ms"
	c.X = chart.Scale{Label: "Queue", Words: []string{"tail drop", "혼잡 제어", "CoDel"}}
	c.Curves[0].Points[1].Theory = &chart.Theory{Expected: 38, Low: 30, High: 45}
	c.Curves[1].Points[2].Measured.Greatest = 15
	return c
}

// Twelve are as many curves, all of which meet at the left.
func Twelve() chart.Chart {
	var names []string
	var curves [][]float64
	for i := range 12 {
		names = append(names, "curve-"+string(rune('a'+i)))
		curves = append(curves, []float64{0, 3 + 3*float64(i), 6 + 6*float64(i)})
	}
	return Plain(strings.Join(names, " "), curves...)
}
