package overhead

import (
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

var overheadClaims = []experiments.Claim{
	{
		ID: "datagram-is-light", Source: experiments.Doc002, Experiments: []string{"overhead"},
		Statement: "UDP costs less.",
		Rule:      "holds if UDP's headers are shorter and it needs no more packets for an echo",
		Judge: experiments.Rule(func(m *experiments.Measured) (result.Verdict, text.Message) {
			headers := []float64{m.Number("overhead", "header_bytes", "tcp"), m.Number("overhead", "header_bytes", "udp")}
			packets := []float64{m.Number("overhead", "packets_per_echo", "tcp"), m.Number("overhead", "packets_per_echo", "udp")}
			return experiments.HoldsIf(headers[1] < headers[0] && packets[1] <= packets[0]), text.Sayf("headers %s bytes against TCP's %s, packets an echo %s against %s", text.Figure(headers[1]), text.Figure(headers[0]), text.Figure(packets[1]), text.Figure(packets[0]))
		}),
	},
	{
		ID: "four-layers", Source: experiments.Doc001 + ", " + experiments.Doc003, Experiments: []string{"overhead"},
		Statement: "Application, transport, internet, link: each wraps the one above; TCP and UDP differ in one layer only.",
		Rule:      "holds if both carry the same payload in an IP header of the same 20 bytes, and only the transport header differs",
		Judge: experiments.Rule(func(m *experiments.Measured) (result.Verdict, text.Message) {
			ip := []float64{m.Number("overhead", "ip_header", "tcp"), m.Number("overhead", "ip_header", "udp")}
			transport := []float64{m.Number("overhead", "transport_header", "tcp"), m.Number("overhead", "transport_header", "udp")}
			return experiments.HoldsIf(ip[0] == ip[1] && transport[0] != transport[1]), text.Sayf("IP header %s and %s bytes, transport header %s and %s", text.Figure(ip[0]), text.Figure(ip[1]), text.Figure(transport[0]), text.Figure(transport[1]))
		}),
	},
}
