package overhead

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var claims = []experiments.Claim{
	{
		ID: "datagram-is-light", Source: result.Source{result.Doc002}, Experiments: []string{"overhead"},
		Statement: "UDP costs less.",
		Rule:      "holds if UDP's headers are shorter and it needs no more packets for an echo",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			headers := m.Number("overhead", "header_bytes", "udp")
			packets := m.Number("overhead", "packets_per_echo", "udp")
			tcpHeaders := m.Number("overhead", "header_bytes", "tcp")
			tcpPackets := m.Number("overhead", "packets_per_echo", "tcp")
			return experiments.HoldsIf(headers < tcpHeaders && packets <= tcpPackets),
				text.Sayf("headers %s bytes against TCP's %s, packets an echo %s against %s",
					text.Figure(headers), text.Figure(tcpHeaders), text.Figure(packets), text.Figure(tcpPackets))
		},
	},
	{
		ID: "four-layers", Source: result.Source{result.Doc001, result.Doc003}, Experiments: []string{"overhead"},
		Statement: "Application, transport, internet, link: each wraps the one above; TCP and UDP differ in one layer only.",
		Rule: "holds if both carry the same payload in an IP header of the same 20 bytes, " +
			"and only the transport header differs",
		Judge: func(m *experiments.Evidence) (result.Verdict, text.Message) {
			tcpIP, udpIP := m.Number("overhead", "ip_header", "tcp"), m.Number("overhead", "ip_header", "udp")
			tcp, udp := m.Number("overhead", "transport_header", "tcp"), m.Number("overhead", "transport_header", "udp")
			return experiments.HoldsIf(tcpIP == udpIP && tcp != udp),
				text.Sayf("IP header %s and %s bytes, transport header %s and %s",
					text.Figure(tcpIP), text.Figure(udpIP), text.Figure(tcp), text.Figure(udp))
		},
	},
}
