package link

import "time"

// Preset is a real kind of link in figures.
type Preset struct {
	Name           string
	About          string // what it is, in a few words
	Source         string // where its figures come from
	Client, Server Conditions
}

// Presets are the links that have a name. The client is the customer's end, so
// its packets go up and the server's come down. Their queues hold one
// bandwidth-delay product, the rule of thumb for routers (Villamizar and Song,
// "High performance TCP in ANSNET", 1994), and at least minQueue packets; no
// source publishes them.
func Presets() []Preset {
	ms := func(x float64) time.Duration { return time.Duration(x * float64(time.Millisecond)) }
	return []Preset{
		preset("lan", "Gigabit Ethernet in one building",
			"rate: IEEE 802.3ab; 0.2 ms one way for a few switches and two hosts is this lab's own choice",
			Conditions{Rate: 1e9, Delay: ms(0.2)}, Conditions{Rate: 1e9, Delay: ms(0.2)}),
		preset("wifi", "wireless LAN at home",
			"rates and a round trip of 2 ms: \"Wi-Fi\" of the throttling profiles in Firefox's network monitor; "+
				"loss: \"WIFI (good)\" in the README of tylertreat/comcast",
			Conditions{Rate: 15e6, Delay: ms(1), Loss: 0.002}, Conditions{Rate: 30e6, Delay: ms(1), Loss: 0.002}),
		preset("dsl", "an older ADSL line",
			"\"DSL\" of WebPageTest's connectivity profiles: 1.5 Mbit/s down, 384 kbit/s up, a round trip of 50 ms",
			Conditions{Rate: 384e3, Delay: ms(25)}, Conditions{Rate: 1.5e6, Delay: ms(25)}),
		preset("lte", "mobile, 4G",
			"\"LTE\" of Apple's Network Link Conditioner: 50 Mbit/s and 50 ms down, 10 Mbit/s and 65 ms up",
			Conditions{Rate: 10e6, Delay: ms(65)}, Conditions{Rate: 50e6, Delay: ms(50)}),
		preset("satellite", "geostationary satellite",
			"measured on Sky Muster: 111 Mbit/s down, 22 Mbit/s up, a round trip of 664.9 ms "+
				"(ACCC, Measuring Broadband Australia, 2024)",
			Conditions{Rate: 22e6, Delay: ms(332.45)}, Conditions{Rate: 111e6, Delay: ms(332.45)}),
	}
}

// minQueue is the shortest queue of a preset, in packets.
const minQueue = 32

func preset(name, about, source string, up, down Conditions) Preset {
	rtt := up.Delay + down.Delay
	for _, c := range []*Conditions{&up, &down} {
		const fullPacket = 1500 * 8 // bits
		c.Limit = max(minQueue, int(c.Rate*rtt.Seconds()/fullPacket))
	}
	return Preset{Name: name, About: about, Source: source, Client: up, Server: down}
}
