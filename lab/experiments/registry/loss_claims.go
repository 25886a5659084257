package registry

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

var lossClaims = []experiments.Claim{
	{
		ID: "reliable-data-transfer", Source: doc000, Experiments: []string{"loss"},
		Statement: "TCP delivers everything, UDP promises nothing.",
		Rule:      "holds if TCP delivers 100 % over a wire that drops packets, and UDP less",
		Judge:     rule(judgeReliable),
	},
	{
		ID: "not-resent", Source: doc000, Experiments: []string{"loss", "ordering"},
		Statement: "What UDP loses or reorders is not sent again.",
		Rule:      "holds if UDP sent nothing again although packets were dropped, and its reordered messages stayed out of order",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			again, order := m.number("loss", "retransmissions", "udp"), m.number("ordering", "out_of_order", "udp")
			dropped := m.number("loss", "undelivered", "udp")
			return holdsWhere(dropped > 0 && order > 0, again == 0),
				text.Sayf("%s packets sent again after %s drops; %s %% stayed out of order", round(again), round(dropped), round(order))
		}),
	},
	{
		ID: "ip-is-unreliable", Source: doc001, Experiments: []string{"loss"},
		Statement: "IP may lose packets; TCP repairs that by confirming and sending again.",
		Rule:      "holds if packets of TCP were dropped, TCP sent again and delivered 100 %",
		Judge:     rule(judgeRepair),
	},
	{
		ID: "sequence-reveals-loss", Source: doc003, Experiments: []string{"loss"},
		Statement: "Sequence numbers show what is missing.",
		Rule: "holds if acknowledgements named missing ranges by number (SACK) where data came behind a gap, " +
			"and packets were sent again",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			gaps, sacks := m.number("loss", "gaps", "tcp"), m.number("loss", "sack_packets", "tcp")
			again := m.number("loss", "retransmissions", "tcp")
			return holdsWhere(gaps > 0, sacks > 0 && again > 0),
				text.Sayf("%s gaps; %s acknowledgements named what had come behind one, %s packets were sent again",
					round(gaps), round(sacks), round(again))
		}),
	},
	{
		ID: "selective-repeat", Source: doc003, Experiments: []string{"loss"},
		Statement: "Reliable transfer sends again only what is missing.",
		Rule: "holds if TCP sent no more than twice as many packets again as were lost or overtaken " +
			"(go-back-N would send whole windows); depends where more were sent again and packets also waited for a " +
			"rate, which TCP's timer takes for loss",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			lost, late := m.number("loss", "undelivered", "tcp"), m.number("loss", "overtaken", "tcp")
			again := m.number("loss", "retransmissions", "tcp")
			few := again <= manyTimes*(lost+late)
			return holdsWhere(lost > 0 && (few || !m.under("loss", "rate")), few),
				text.Sayf("%s packets lost, %s overtaken, %s sent again", round(lost), round(late), round(again))
		}),
	},
	{
		ID: "ack-needed-to-know", Source: doc002, Experiments: []string{"refusal", "loss"},
		Statement: "A UDP sender learns of arrival only if the receiver answers.",
		Rule: "holds if an unconnected UDP sender is never told that nobody is there, " +
			"and none was told of a message or a reply that was lost, but for those that a host could not put together",
		Judge: rule(func(m *measured) (result.Verdict, text.Message) {
			outcome, told := m.word("refusal", "outcome_unconnected", "udp"), m.number("loss", "told", "udp")
			lost := 100 - m.number("loss", "delivered", "udp")
			_, most := m.allowed("loss", "told", "udp")
			return holdsIf(outcome == "never told" && told <= most),
				text.Sayf("nobody there: %s; %s %% of the messages had no reply, of which the sender was told %s times",
					text.Say(outcome), round(lost), round(told))
		}),
	},
}

// judgeReliable decides whether TCP delivers all and UDP does not. UDP may do so
// by luck: because nothing was lost, or because copies stood in.
func judgeReliable(m *measured) (result.Verdict, text.Message) {
	tcp, udp := m.number("loss", "delivered", "tcp"), m.number("loss", "delivered", "udp")
	lost, again := m.number("loss", "undelivered", "udp"), m.number("loss", "retransmissions", "udp")
	verdict := holdsIf(tcp == 100 && udp < 100)
	switch {
	case tcp < 100 || udp < 100:
	case lost == 0:
		return result.Depends,
			text.Sayf("nothing was dropped, so both delivered what they got: TCP %s %%, UDP %s %%", round(tcp), round(udp))
	case again == 0:
		return result.Depends,
			text.Sayf("of UDP %s packets did not arrive whole, and copies stood in for all of them", round(lost))
	}
	return verdict, text.Sayf("TCP delivered %s %%, UDP %s %%", round(tcp), round(udp))
}

// judgeRepair decides whether TCP made good what IP lost. That it sent nothing
// again proves nothing where only few packets were lost: the loss of an
// acknowledgement is made good by the next one.
func judgeRepair(m *measured) (result.Verdict, text.Message) {
	lost, again := m.number("loss", "undelivered", "tcp"), m.number("loss", "retransmissions", "tcp")
	tcp := m.number("loss", "delivered", "tcp")
	shown := again > 0 || lost >= fewDrops || tcp < 100
	return holdsWhere(lost > 0 && shown, again > 0 && tcp == 100),
		text.Sayf("%s packets of TCP were dropped, %s sent again, %s %% delivered", round(lost), round(again), round(tcp))
}
