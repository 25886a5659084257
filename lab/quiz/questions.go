package quiz

import (
	"slices"
	"strings"

	"echolab/lab/link"
	"echolab/lab/text"
)

// The columns that are asked about.
var (
	tcp  = []string{"tcp"}
	udp  = []string{"udp"}
	both = []string{"tcp", "udp"}
)

// asked is a question to one or both transports.
type asked struct {
	row        string      // "experiment.measurement"
	transports []string    // nil compares them
	prompt     text.Phrase // begins with the transport, unless they are compared
	unit       text.Phrase
	choices    []Choice
	scale      bool
	needs      []string // see Question
	unless     []string
}

// What a question may ask about only where it is there, or is not.
var (
	aDelay  = []string{"delay"}
	aRate   = []string{"rate"}
	aScript = []string{"drop"}
	// chance is every condition but those that leave a handshake its round trips.
	chance = slices.DeleteFunc(link.Names(), func(name string) bool {
		return name == "delay" || name == "reorder" || name == "limit"
	})
)

// all is what can be reasoned about beforehand: what a protocol does, not how
// fast a machine is.
var all = []asked{
	{row: "setup.connect_rtts", transports: both, unit: "RTT", needs: aDelay, unless: chance,
		prompt: "%s: after how many round trips does connect return?"},
	{row: "setup.first_reply_rtts", transports: both, unit: "RTT", needs: aDelay, unless: chance,
		prompt: "%s: after how many round trips, counted from connect, is the first reply there?"},
	{row: "latency.rtt_p50", choices: less, scale: true,
		prompt: "Whose echo is back sooner, once a connection is open?"},
	{row: "throughput.goodput", choices: greater, scale: true,
		prompt: "Through which does more get across a link, once both fill it?"},
	{row: "throughput.lost", transports: both, choices: whether,
		prompt: "%s, not faster than the link: is data lost?"},
	{row: "throughput.transfer_10k", choices: less, scale: true,
		prompt: "Through which are 10 KB there sooner, from dialing on, over a link of 20 Mbit/s and 20 ms?"},
	{row: "throughput.transfer_1m", choices: less, scale: true,
		prompt: "Through which is 1 MB there sooner, from dialing on, over a link of 20 Mbit/s and 20 ms?"},
	{row: "overrun.lost_to_full_buffer", transports: both, choices: whether,
		prompt: "%s, as fast as the client can send: are messages lost, although no wire drops any?"},
	{row: "capacity.loss_free_messages", choices: greater, scale: true,
		prompt: "Through which can one machine move more messages a second without losing any?"},
	{row: "loss.delivered", transports: both, prompt: "%s: what share of the messages is echoed?", unit: "%"},
	{row: "loss.retransmissions", transports: both, prompt: "%s: are packets retransmitted?", choices: whether},
	{row: "ordering.out_of_order", transports: both, choices: share, scale: true,
		prompt: "%s: what share of the messages arrives out of order?"},
	{row: "duplication.duplicates", transports: both, choices: whether,
		prompt: "%s: does the client read some echoes twice?"},
	{row: "corruption.damaged", transports: both, unit: "messages",
		prompt: "%s: how many damaged messages reach the application?"},
	{row: "corruption.delivered", transports: both, prompt: "%s: what share of the messages is echoed?", unit: "%"},
	{row: "boundaries.reads", transports: both, choices: tenReads, scale: true,
		prompt: "%s: ten small echoes are there; how many reads with a large buffer take them?"},
	{row: "boundaries.truncated", transports: both, choices: whether,
		prompt: "%s: a read takes half of a message; is the other half lost?"},
	{row: "size.largest", transports: udp, unit: "bytes",
		prompt: "%s: how many bytes has the largest message that comes back?"},
	{row: "size.beyond", transports: both, choices: said("works too", "message too long"),
		prompt: "%s: what happens to a message that is one byte longer than the largest tried?"},
	{row: "flow.sender_waited", choices: greater,
		prompt: "Which sender waits longer, when the receiver reads slowly?"},
	{row: "flow.delivered", transports: both, choices: delivered, scale: true,
		prompt: "%s: how much of what was sent to the slow reader is echoed?"},
	{row: "congestion.queue_loss", transports: tcp, choices: queueShare, scale: true, needs: aRate,
		prompt: "%s: what share of its packets finds the queue full?"},
	{row: "congestion.queue_loss", transports: udp, unit: "%", needs: aRate,
		prompt: "%s at twice the link's rate: what share of its packets finds the queue full?"},
	{row: "congestion.goodput", choices: greater, scale: true, needs: aRate,
		prompt: "Through which does more get over the full link?"},
	{row: "fairness.share_with_other", transports: both, unit: "%", needs: aRate,
		prompt: "%s: what share of a full link does it get beside the other protocol?"},
	{row: "fairness.share_with_same", transports: tcp, choices: linkShare, scale: true, needs: aRate,
		prompt: "%s: what share of a full link does it get beside its like?"},
	{row: "blocking.held_up", transports: both, choices: whether, needs: aScript,
		prompt: "%s: does one lost packet make messages behind it wait?"},
	{row: "blocking.worst_gap", choices: greater, scale: true, needs: aScript,
		prompt: "Which has the longer gap between two echoes?"},
	{row: "close.packets_to_close", transports: both, unit: "packets",
		prompt: "%s: how many packets does it take to close?"},
	{row: "close.peer_notices", transports: both, choices: said("yes", "no"),
		prompt: "%s: does the other side notice that this one has closed?"},
	{row: "close.waits_after", transports: both, choices: said("TIME-WAIT", "CLOSE-WAIT", "nothing"),
		prompt: "%s: in which state does the side wait that closed first?"},
	{row: "overhead.header_bytes", transports: both, unit: "bytes",
		prompt: "%s: how many bytes of headers, IP's included, has a packet?"},
	{row: "overhead.packets_per_echo", transports: both, unit: "packets",
		prompt: "%s: how many packets does one echo take on average, there and back?"},
	{row: "nagle.packets", transports: both, unit: "packets",
		prompt: "%s, Nagle's algorithm off: how many packets do twenty small writes make?"},
	{row: "nagle.packets_nagle", transports: tcp, unit: "packets", needs: aDelay,
		prompt: "%s, Nagle's algorithm on: how many packets do twenty small writes make?"},
	{row: "addressing.has_ports", transports: both, choices: ofAll, scale: true,
		prompt: "%s: how many of its packets name addresses and ports?"},
	{row: "addressing.checksum_valid", transports: both, choices: ofAll, scale: true,
		prompt: "%s: how many of its packets carry a valid checksum?"},
	{row: "cast.broadcast", transports: both, choices: threeReceivers,
		prompt: "%s: how many of three receivers does one broadcast reach?"},
	{row: "cast.multicast", transports: both, choices: threeReceivers,
		prompt: "%s: how many of three receivers does one multicast reach?"},
	{row: "concurrency.wait_iterative", choices: greater,
		prompt: "Which client waits longer, behind a silent one, for an iterative server?"},
	{row: "concurrency.served_iterative", transports: both, unit: "clients",
		prompt: "%s, iterative server: how many of twenty clients have an echo while all stay connected?"},
	{row: "concurrency.served_concurrent", transports: both, unit: "clients",
		prompt: "%s, concurrent server: how many of twenty clients have an echo while all stay connected?"},
	{row: "sockets.server_sockets", transports: both, unit: "count",
		prompt: "%s: how many sockets has the server while two clients talk to it?"},
	{row: "sockets.server_ports", transports: both, unit: "count",
		prompt: "%s: how many ports has the server while two clients talk to it?"},
	{row: "backlog.connected_before_accept", transports: tcp, choices: whether,
		prompt: "%s: can a client be connected before the server calls accept?"},
	{row: "backlog.connected_together", transports: tcp, unit: "count",
		prompt: "%s: the server called listen with 5; how many of twelve clients are connected in the end?"},
	{row: "refusal.outcome", transports: both, choices: toldOfRefusal,
		prompt: "%s: what does a sender learn when nobody listens?"},
	{row: "refusal.outcome_unconnected", transports: udp, choices: toldOfRefusal,
		prompt: "%s, without connect: what does a sender learn when nobody listens?"},
	{row: "refusal.first_message", transports: both, choices: said("sent", "not sent"),
		prompt: "%s: is the first message sent, although nobody listens?"},
	{row: "programs.five_clients", transports: both, unit: "clients",
		prompt: "%s: how many clients does document 001's server serve before it stops?"},
	{row: "programs.sixth_client", transports: both, choices: said("served", "finds nobody"),
		prompt: "%s: what becomes of the client after the last one?"},
}

// Questions are all about those experiments, in their order; none named means
// about all.
func Questions(experiments ...string) []Question {
	var list []Question
	for _, a := range all {
		experiment, measurement, _ := strings.Cut(a.row, ".")
		if len(experiments) > 0 && !slices.Contains(experiments, experiment) {
			continue
		}
		q := Question{
			Experiment: experiment, Measurement: measurement, Prompt: text.Say(a.prompt),
			Unit: a.unit, Choices: a.choices, Scale: a.scale, needs: a.needs, unless: a.unless,
		}
		if a.transports == nil {
			list = append(list, q)
		}
		for _, t := range a.transports {
			q.Transport, q.Prompt = t, text.Sayf(a.prompt, strings.ToUpper(t))
			list = append(list, q)
		}
	}
	return list
}
