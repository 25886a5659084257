// Hang is a program that does, inside the simulated machine, what a program
// should not: what is on its standard input says which.
package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	how, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	switch string(how) {
	case "wait for nobody":
		<-make(chan int)
	case "panic":
		panic("oh no")
	case "sleep for ever":
		for {
			time.Sleep(time.Hour)
		}
	case "poll for ever":
		for {
			time.Sleep(time.Microsecond)
		}
	case "compute": // for a few seconds, without a look at the clock
		n := uint32(1)
		for range 2_000_000_000 {
			n = n*1664525 + 1013904223
		}
		fmt.Fprintln(os.Stderr, n)
	case "hoard":
		var all [][]byte
		for {
			all = append(all, make([]byte, 512<<20))
		}
	case "say nothing":
	}
}
