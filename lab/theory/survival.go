package theory

import "math"

// Chances are what one direction of a wire does to each packet, for itself.
// They meet in the order of package link: a packet is dropped or not; if not,
// it may be copied; then it may be damaged, which a copy never is.
type Chances struct{ Lost, Copied, Damaged float64 }

// Whole are the chances that 0, 1 or 2 whole packets come out for one that goes
// in: the packet itself, its copy, or both.
func (c Chances) Whole() [3]float64 {
	in := 1 - c.Lost
	return [3]float64{
		c.Lost + in*(1-c.Copied)*c.Damaged,
		in * ((1-c.Copied)*(1-c.Damaged) + c.Copied*c.Damaged),
		in * c.Copied * (1 - c.Damaged),
	}
}

// Echoes are the chances that 0 to 4 echoes come back for a message of one
// packet. The server answers every request that it gets, a copy as well, and
// each answer meets a fate of its own: with f and g for the generating functions
// of Whole there and back, they are the coefficients of f(g(x)).
func Echoes(there, back Chances) []float64 {
	f, g := there.Whole(), back.Whole()
	all := []float64{f[0], 0, 0, 0, 0}
	for i, p := range g {
		all[i] += f[1] * p
	}
	for i, p := range convolve(g[:], g[:]) {
		all[i] += f[2] * p
	}
	return all
}

// Beyond are the chances of how many echoes of a message come behind the first.
func Beyond(echoes []float64) []float64 {
	again := append([]float64{echoes[0]}, echoes[2:]...)
	again[0] += echoes[1]
	return again
}

// EchoSurvival is the chance that a message and its echo both arrive when
// each direction drops packets independently with the given chances, none is
// copied, and the message takes packets packets each way:
// ((1-there)(1-back))^packets.
func EchoSurvival(there, back float64, packets int) float64 {
	return math.Pow((1-there)*(1-back), float64(packets))
}

// NoHandshake is the most that the chance can be that none of so many SYNs is
// answered, when each direction drops packets independently with the given
// chances: (1-(1-there)(1-back))^syns. A server that sends its SYN-ACK again by
// itself only makes it less.
func NoHandshake(there, back float64, syns int) float64 {
	return math.Pow(1-(1-there)*(1-back), float64(syns))
}

// Dealt is the least and the most that may be dropped of so many packets, when
// of every of of them exactly drop are, wherever they lie.
func Dealt(drop, of, packets int) (least, most int) {
	if of == 0 {
		return 0, 0
	}
	decks, rest := packets/of, packets%of
	return decks*drop + max(drop-(of-rest), 0), decks*drop + min(drop, rest)
}
