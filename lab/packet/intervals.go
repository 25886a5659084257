package packet

// seqIntervals is a set of sequence numbers: everything before edge, and some
// islands behind it. Numbers are compared modulo 2^32 (RFC 9293 section 3.4).
type seqIntervals struct {
	begun   bool
	edge    uint32
	islands []interval // ascending, apart from each other and from edge
}

type interval struct{ left, right uint32 }

// add adds the numbers from left up to right and returns how many are new.
func (c *seqIntervals) add(left, right uint32) int {
	if !c.begun {
		c.begun, c.edge = true, left
	}
	if int32(left-c.edge) < 0 {
		left = c.edge
	}
	if int32(right-left) <= 0 {
		return 0
	}
	fresh, merged := int(right-left), interval{left, right}
	var rest []interval
	for _, i := range c.islands {
		if int32(i.right-left) < 0 || int32(right-i.left) < 0 {
			rest = append(rest, i)
			continue
		}
		fresh -= overlap(i, interval{left, right})
		merged.left, merged.right = lower(merged.left, i.left), higher(merged.right, i.right)
	}
	c.insert(rest, merged)
	return fresh
}

// insert puts a merged island into its place, or moves the edge behind it.
func (c *seqIntervals) insert(rest []interval, merged interval) {
	if merged.left == c.edge {
		c.edge, c.islands = merged.right, rest
		return
	}
	at := 0
	for at < len(rest) && int32(rest[at].left-merged.left) < 0 {
		at++
	}
	c.islands = append(rest[:at:at], append([]interval{merged}, rest[at:]...)...)
}

func overlap(a, b interval) int {
	return max(int(int32(lower(a.right, b.right)-higher(a.left, b.left))), 0)
}

func lower(a, b uint32) uint32 {
	if int32(a-b) < 0 {
		return a
	}
	return b
}

func higher(a, b uint32) uint32 {
	if int32(a-b) > 0 {
		return a
	}
	return b
}
