package congestion

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var claims = []experiments.Claim{
	{
		ID: "flow-and-congestion-control", Source: result.Source{result.Doc000},
		Experiments: []string{"flow", "congestion"},
		Statement:   "TCP adapts to receiver and network, UDP does not.",
		Rule: "holds if TCP waits for a slow reader, loses no data at a full queue, and has less than half as many of " +
			"its packets dropped there as UDP, once slow start is over, and UDP waits for nobody and loses data; depends if " +
			"the queue was never full, or if TCP has as many dropped at less than half of UDP's rate: a very short queue " +
			"drops of any burst",
		Judge: judgeControls,
	},
}

// judgeControls compares what the two do before a slow reader and at a full queue.
func judgeControls(m *experiments.Evidence) (result.Verdict, text.Message) {
	both := func(experiment, id string) [2]float64 {
		return [2]float64{m.Number(experiment, id, "tcp"), m.Number(experiment, id, "udp")}
	}
	waits, queue := both("flow", "sender_waited"), both("congestion", "queue_loss")
	data, sent := both("congestion", "data_lost"), both("congestion", "sent")
	because := text.Sayf("slow reader: TCP waits %s ms, UDP %s; packets dropped at the full queue: %s %% of TCP's, "+
		"all retransmitted, %s %% of UDP's; data lost: %s %% and %s %%",
		text.Figure(waits[0]), text.Figure(waits[1]), text.Figure(queue[0]), text.Figure(queue[1]),
		text.Figure(data[0]), text.Figure(data[1]))
	switch {
	case queue[1] == 0:
		return result.Depends, because
	case waits[0] <= 0 || waits[1] > 0 || data[0] > 0 || data[1] == 0:
		return result.Refuted, because
	case queue[0] < queue[1]/2:
		return result.Holds, because
	case sent[0] < sent[1]/2:
		return result.Depends, because
	}
	return result.Refuted, because
}
