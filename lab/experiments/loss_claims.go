package experiments

import "echolab/lab"

// fewDrops may all strike packets behind which nothing comes that could show
// that they are missing: a SYN, or the last message.
const fewDrops = 10

var lossClaims = []lab.Claim{
	{
		ID: "reliable-data-transfer", Source: doc000, Experiments: []string{"loss"},
		Statement: "TCP delivers everything, UDP promises nothing.",
		Rule:      "holds if TCP delivers 100 % over a wire that drops packets, and UDP less",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			tcp, udp := m.number("loss", "delivered", "tcp"), m.number("loss", "delivered", "udp")
			if m.number("loss", "injected", "udp") == 0 {
				return lab.Depends, lab.Say("nothing was dropped, so both delivered what they got: TCP %s %%, UDP %s %%", round(tcp), round(udp))
			}
			return holdsIf(tcp == 100 && udp < 100), lab.Say("TCP delivered %s %%, UDP %s %%", round(tcp), round(udp))
		}),
	},
	{
		ID: "not-resent", Source: doc000, Experiments: []string{"loss", "ordering"},
		Statement: "What UDP loses or reorders is not sent again.",
		Rule:      "holds if UDP sent nothing again although packets were dropped, and its reordered messages stayed out of order",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			again, order := m.number("loss", "retransmissions", "udp"), m.number("ordering", "out_of_order", "udp")
			dropped := m.number("loss", "injected", "udp")
			return holdsWhere(dropped > 0 && order > 0, again == 0), lab.Say("%s packets sent again after %s drops; %s %% stayed out of order", round(again), round(dropped), round(order))
		}),
	},
	{
		ID: "ip-is-unreliable", Source: doc001, Experiments: []string{"loss"},
		Statement: "IP may lose packets; TCP repairs that by confirming and sending again.",
		Rule:      "holds if packets of TCP were dropped, TCP sent again and delivered 100 %",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			dropped, again, tcp := m.number("loss", "injected", "tcp"), m.number("loss", "retransmissions", "tcp"), m.number("loss", "delivered", "tcp")
			return holdsWhere(dropped > 0, again > 0 && tcp == 100), lab.Say("%s packets of TCP were dropped, %s sent again, %s %% delivered", round(dropped), round(again), round(tcp))
		}),
	},
	{
		ID: "sequence-reveals-loss", Source: doc003, Experiments: []string{"loss"},
		Statement: "Sequence numbers show what is missing.",
		Rule:      "holds if acknowledgements named missing ranges by number (SACK, or duplicates) and all that was lost was sent again",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			sacks, again := m.number("loss", "sack_packets", "tcp"), m.number("loss", "retransmissions", "tcp")
			dropped := m.number("loss", "injected", "tcp")
			gaps := sacks > 0 || dropped >= fewDrops
			return holdsWhere(gaps, sacks > 0 && again > 0), lab.Say("%s acknowledgements named what had come behind a gap, %s packets were sent again", round(sacks), round(again))
		}),
	},
	{
		ID: "selective-repeat", Source: doc003, Experiments: []string{"loss"},
		Statement: "Reliable transfer sends again only what is missing.",
		Rule:      "holds if TCP sent no more than twice as many packets again as were dropped (go-back-N would send whole windows)",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			dropped, again := m.number("loss", "injected", "tcp"), m.number("loss", "retransmissions", "tcp")
			return holdsWhere(dropped > 0, again <= 2*dropped), lab.Say("%s packets dropped, %s sent again", round(dropped), round(again))
		}),
	},
	{
		ID: "ack-needed-to-know", Source: doc002, Experiments: []string{"refusal", "loss"},
		Statement: "A UDP sender learns of arrival only if the receiver answers.",
		Rule:      "holds if an unconnected UDP sender is never told that nobody is there, and the loss of a request and of its reply look the same: no reply",
		Judge: rule(func(m *measured) (lab.Verdict, lab.Text) {
			told := m.word("refusal", "outcome_unconnected", "udp")
			lost := m.number("loss", "lost_injected", "udp")
			return holdsIf(told == "never told"), lab.Say("nobody there: %s; %s messages got no reply, and nothing told the sender why", lab.Say(told), round(lost))
		}),
	},
}
