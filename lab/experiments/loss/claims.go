package loss

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// fewDrops may all strike packets behind which nothing comes that could show
// that they are missing: a SYN, an acknowledgement, or the last message.
const fewDrops = 10

// manyTimes is how many packets may be sent again for each that was missing:
// what is sent again may be lost again, or may not have been missing after all.
// Go-back-N sends all of a window again, of ten packets to begin with.
const manyTimes = 2

var claims = []experiments.Claim{
	{
		ID: "reliable-data-transfer", Source: result.Source{result.Doc000}, Experiments: []string{"loss"},
		Statement: "TCP delivers everything, UDP promises nothing.",
		Rule:      "holds if TCP delivers 100 % over a wire that drops packets, and UDP less",
		Judge:     judgeReliable,
	},
	{
		ID: "not-resent", Source: result.Source{result.Doc000}, Experiments: []string{"loss", "ordering"},
		Statement: "What UDP loses or reorders is not retransmitted.",
		Rule: "holds if UDP sent nothing again although packets were dropped, " +
			"and its reordered messages stayed out of order",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			again, order := m.Number("loss", "retransmissions", "udp"), m.Number("ordering", "out_of_order", "udp")
			dropped := m.Number("loss", "undelivered", "udp")
			return experiments.HoldsWhere(dropped > 0 && order > 0, again == 0),
				text.Sayf("%s retransmissions after %s drops; %s %% stayed out of order",
					text.Figure(again), text.Figure(dropped), text.Figure(order))
		},
	},
	{
		ID: "ip-is-unreliable", Source: result.Source{result.Doc001}, Experiments: []string{"loss"},
		Statement: "IP may lose packets; TCP repairs that by confirming and sending again.",
		Rule:      "holds if packets of TCP were dropped, TCP retransmitted and delivered 100 %",
		Judge:     judgeRepair,
	},
	{
		ID: "sequence-reveals-loss", Source: result.Source{result.Doc003}, Experiments: []string{"loss"},
		Statement: "Sequence numbers show what is missing.",
		Rule: "holds if acknowledgements named missing ranges by number (SACK) where data came behind a gap, " +
			"and packets were retransmitted",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			gaps, sacks := m.Number("loss", "gaps", "tcp"), m.Number("loss", "sack_packets", "tcp")
			again := m.Number("loss", "retransmissions", "tcp")
			return experiments.HoldsWhere(gaps > 0, sacks > 0 && again > 0),
				text.Sayf("%s gaps; %s acknowledgements named what had come behind one, %s packets were retransmitted",
					text.Figure(gaps), text.Figure(sacks), text.Figure(again))
		},
	},
	{
		ID: "selective-repeat", Source: result.Source{result.Doc003}, Experiments: []string{"loss"},
		Statement: "Reliable transfer sends again only what is missing.",
		Rule: "holds if TCP sent no more than twice as many packets again as were lost or overtaken " +
			"(go-back-N would send whole windows); depends where more were retransmitted and packets also waited for a " +
			"rate, which TCP's timer takes for loss",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			lost, late := m.Number("loss", "undelivered", "tcp"), m.Number("loss", "overtaken", "tcp")
			again := m.Number("loss", "retransmissions", "tcp")
			few := again <= manyTimes*(lost+late)
			return experiments.HoldsWhere(lost > 0 && (few || !m.Under("loss", "rate")), few),
				text.Sayf("%s packets lost, %s overtaken, %s retransmitted",
					text.Figure(lost), text.Figure(late), text.Figure(again))
		},
	},
	{
		ID: "ack-needed-to-know", Source: result.Source{result.Doc002}, Experiments: []string{"refusal", "loss"},
		Statement: "A UDP sender learns of arrival only if the receiver answers.",
		Rule: "holds if an unconnected UDP sender is never told that nobody is there, " +
			"and none was told of a message or a reply that was lost, but for those that a host could not put together",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			outcome, told := m.Word("refusal", "outcome_unconnected", "udp"), m.Number("loss", "told", "udp")
			lost := 100 - m.Number("loss", "delivered", "udp")
			_, most := m.Allowed("loss", "told", "udp")
			return experiments.HoldsIf(outcome == "never told" && told <= most),
				text.Sayf("nobody there: %s; %s %% of the messages had no reply, of which the sender was told %s times",
					text.Say(outcome), text.Figure(lost), text.Figure(told))
		},
	},
}

// judgeReliable decides whether TCP delivers all and UDP does not. UDP may do so
// by luck: because nothing was lost, or because copies stood in.
func judgeReliable(m *experiments.Evidence) (result.Verdict, text.Message) {
	tcp, udp := m.Number("loss", "delivered", "tcp"), m.Number("loss", "delivered", "udp")
	lost, again := m.Number("loss", "undelivered", "udp"), m.Number("loss", "retransmissions", "udp")
	verdict := experiments.HoldsIf(tcp == 100 && udp < 100)
	switch {
	case tcp < 100 || udp < 100:
	case lost == 0:
		return result.Depends,
			text.Sayf("no packet of UDP was dropped, so both delivered all: TCP %s %%, UDP %s %%",
				text.Figure(tcp), text.Figure(udp))
	case again == 0:
		return result.Depends,
			text.Sayf("of UDP %s packets did not arrive whole, and copies stood in for all of them", text.Figure(lost))
	}
	return verdict, text.Sayf("TCP delivered %s %%, UDP %s %%", text.Figure(tcp), text.Figure(udp))
}

// judgeRepair decides whether TCP made good what IP lost. That it sent nothing
// again proves nothing where only few packets were lost: the loss of an
// acknowledgement is made good by the next one.
func judgeRepair(m *experiments.Evidence) (result.Verdict, text.Message) {
	lost, again := m.Number("loss", "undelivered", "tcp"), m.Number("loss", "retransmissions", "tcp")
	tcp := m.Number("loss", "delivered", "tcp")
	shown := again > 0 || lost >= fewDrops || tcp < 100
	return experiments.HoldsWhere(lost > 0 && shown, again > 0 && tcp == 100),
		text.Sayf("%s packets of TCP were dropped, %s retransmitted, %s %% delivered",
			text.Figure(lost), text.Figure(again), text.Figure(tcp))
}
