package probe

import (
	"echolab/lab/link"
)

// QueueLimit is how many packets may wait for the link's rate.
func QueueLimit(c link.Conditions) int {
	if c.Limit == 0 {
		return link.DefaultLimit
	}
	return c.Limit
}
