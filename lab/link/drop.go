package link

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

var drop = kind[[]int]{
	value: "END:N", parse: parseNumbers, format: formatNumbers, check: checkNumbers,
}.in(func(c *Conditions) *[]int { return &c.Drop }, Condition{
	Name: "drop", Help: "drop packets of an end by number: client:3,server:1",
	Sentence: "drop packet no. %s", Drops: true,
	parseEnds: func(text string, client, server *Conditions) (err error) {
		client.Drop, server.Drop, err = parseDrops(text)
		return err
	},
	law: func(c Conditions, _ *rand.Rand) fating {
		script := make(map[int]bool, len(c.Drop))
		for _, number := range c.Drop {
			script[number] = true
		}
		return func(f *fated, number int) {
			if script[number] {
				f.drop = "drop"
			}
		}
	},
})

// parseDrops reads packet numbers by the end that sends them:
// "client:3,server:1" are the client's third packet and the server's first.
// They come back sorted, each once.
func parseDrops(s string) (client, server []int, err error) {
	for part := range strings.SplitSeq(s, ",") {
		side, number, _ := strings.Cut(strings.TrimSpace(part), ":")
		n, convErr := strconv.Atoi(number)
		if convErr != nil || n < 1 || side != "client" && side != "server" {
			return nil, nil, fmt.Errorf("%q is not a packet to drop: write client:3 or server:1", part)
		}
		if side == "client" {
			client = append(client, n)
		} else {
			server = append(server, n)
		}
	}
	return once(client), once(server), nil
}

// parseNumbers reads the packet numbers of one end: "3,7".
func parseNumbers(s string) ([]int, error) {
	var numbers []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not the number of a packet: they count from 1", part)
		}
		numbers = append(numbers, n)
	}
	return once(numbers), nil
}

func once(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func formatNumbers(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}

func checkNumbers(numbers []int) error {
	for _, n := range numbers {
		if n < 1 {
			return fmt.Errorf("%d: packets are numbered from 1", n)
		}
	}
	return nil
}
