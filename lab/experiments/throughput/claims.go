package throughput

import (
	"math"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var rateClaims = []experiments.Claim{
	{
		ID: "data-transfer-rate", Source: result.Source{result.Doc000},
		Experiments: []string{"throughput", "setup"}, Expect: result.Depends,
		Statement: "UDP is faster because nothing is confirmed.",
		Rule: "holds if UDP has the first reply, a short and a long transfer sooner and the greater goodput, each by " +
			"a quarter at least; refuted if none of them; else it depends",
		Judge: judgeRate,
	},
}

// clearly is how much greater one of two values is, as a factor, where they
// count as different.
const clearly = 1.25

// judgeRate compares all that "faster" may mean.
func judgeRate(m *experiments.Evidence) (result.Verdict, text.Message) {
	tcp, udp := rateOf(m, "tcp"), rateOf(m, "udp")
	because := text.Sayf("first reply after %s RTT against TCP's %s; 10 KB in %s ms against %s, 1 MB in %s ms against "+
		"%s; goodput %s Mbit/s against %s",
		text.Figure(udp.reply), text.Figure(tcp.reply),
		m.Quote("throughput", "transfer_10k", "udp"), m.Quote("throughput", "transfer_10k", "tcp"),
		m.Quote("throughput", "transfer_1m", "udp"), m.Quote("throughput", "transfer_1m", "tcp"),
		text.Figure(udp.goodput), text.Figure(tcp.goodput))
	faster := 0
	for _, yes := range []bool{
		tcp.reply > clearly*udp.reply, tcp.short > clearly*udp.short,
		tcp.long > clearly*udp.long, udp.goodput > clearly*tcp.goodput,
	} {
		if yes {
			faster++
		}
	}
	switch faster {
	case 4:
		return result.Holds, because
	case 0:
		return result.Refuted, because
	}
	return result.Depends, because
}

// rates are what a transport's speed is judged by.
type rates struct{ reply, short, long, goodput float64 }

func rateOf(m *experiments.Evidence, t string) rates {
	return rates{
		reply:   m.OnlyNumber("setup", "first_reply_rtts", t),
		short:   completedIn(m, "transfer_10k", t),
		long:    completedIn(m, "transfer_1m", t),
		goodput: m.Number("throughput", "goodput", t),
	}
}

// completedIn is how long a transfer took: one that was never complete took for
// ever.
func completedIn(m *experiments.Evidence, id, transport string) float64 {
	if v := m.Value("throughput", id, transport); v.Word == "" {
		return v.Number
	}
	return math.Inf(1)
}
