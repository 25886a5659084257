package quiz

import (
	"slices"
	"strings"

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
	aDelay  = []string{"delay_ms"}
	aRate   = []string{"rate"}
	aScript = []string{"drop"}
	chance  = []string{"loss", "burst", "exact", "drop", "corrupt", "jitter_ms", "duplicate", "rate"}
)

// all is what can be reasoned about beforehand: what a protocol does, not how
// fast a machine is.
var all = []asked{
	{row: "setup.connect_rtts", transports: both, prompt: "%s: after how many round trips does connect return?", unit: "RTT", needs: aDelay, unless: chance},
	{row: "setup.first_reply_rtts", transports: both, prompt: "%s: after how many round trips, counted from connect, is the first reply there?", unit: "RTT", needs: aDelay, unless: chance},
	{row: "latency.rtt_p50", prompt: "Whose echo is back sooner, once a connection is open?", choices: less, scale: true},
	{row: "throughput.goodput", prompt: "Through which does more get across a link, once both fill it?", choices: greater, scale: true},
	{row: "throughput.lost", transports: both, prompt: "%s, not faster than the link: is data lost?", choices: whether},
	{row: "throughput.transfer_10k", prompt: "Through which are 10 KB there sooner, from dialing on, over a link of 20 Mbit/s and 20 ms?", choices: less, scale: true},
	{row: "throughput.transfer_1m", prompt: "Through which is 1 MB there sooner, from dialing on, over a link of 20 Mbit/s and 20 ms?", choices: less, scale: true},
	{row: "overrun.lost_to_full_buffer", transports: both, prompt: "%s, as fast as the client can send: are messages lost, although no wire drops any?", choices: whether},
	{row: "capacity.loss_free_messages", prompt: "Through which can one machine move more messages a second without losing any?", choices: greater, scale: true},
	{row: "loss.delivered", transports: both, prompt: "%s: what share of the messages is echoed?", unit: "%"},
	{row: "loss.retransmissions", transports: both, prompt: "%s: are packets sent again?", choices: whether},
	{row: "ordering.out_of_order", transports: both, prompt: "%s: what share of the messages arrives out of order?", choices: share, scale: true},
	{row: "duplication.duplicates", transports: both, prompt: "%s: does the client read some echoes twice?", choices: whether},
	{row: "corruption.damaged", transports: both, prompt: "%s: how many damaged messages reach the application?", unit: "messages"},
	{row: "corruption.delivered", transports: both, prompt: "%s: what share of the messages is echoed?", unit: "%"},
	{row: "boundaries.reads", transports: both, prompt: "%s: ten small echoes are there; how many reads with a large buffer take them?", choices: []Choice{
		between("one", 0, 1), between("two to nine", 1, 9), above("ten", 9)}, scale: true},
	{row: "boundaries.truncated", transports: both, prompt: "%s: a read takes half of a message; is the other half lost?", choices: whether},
	{row: "size.largest", transports: udp, prompt: "%s: how many bytes has the largest message that comes back?", unit: "bytes"},
	{row: "size.beyond", transports: both, prompt: "%s: what happens to a message that is one byte longer than the largest tried?", choices: said("works too", "message too long")},
	{row: "flow.sender_waited", prompt: "Which sender waits longer, when the receiver reads slowly?", choices: greater},
	{row: "flow.delivered", transports: both, prompt: "%s: how much of what was sent to the slow reader is echoed?", choices: delivered, scale: true},
	{row: "congestion.queue_loss", transports: tcp, prompt: "%s: what share of its packets finds the queue full?", choices: []Choice{
		between("almost none", -1, 5), between("less than half", 5, 40), above("half or more", 40)}, scale: true, needs: aRate},
	{row: "congestion.queue_loss", transports: udp, prompt: "%s at twice the link's rate: what share of its packets finds the queue full?", unit: "%", needs: aRate},
	{row: "congestion.goodput", prompt: "Through which does more get over the full link?", choices: greater, scale: true, needs: aRate},
	{row: "fairness.share_with_other", transports: both, prompt: "%s: what share of a full link does it get beside the other protocol?", unit: "%", needs: aRate},
	{row: "fairness.share_with_same", transports: tcp, prompt: "%s: what share of a full link does it get beside its like?", choices: []Choice{
		between("less than a third", -1, 100./3), between("about half", 100./3, 200./3), above("more than two thirds", 200./3)}, scale: true, needs: aRate},
	{row: "blocking.held_up", transports: both, prompt: "%s: does one lost packet make messages behind it wait?", choices: whether, needs: aScript},
	{row: "blocking.worst_gap", prompt: "Which has the longer gap between two echoes?", choices: greater, scale: true, needs: aScript},
	{row: "close.packets_to_close", transports: both, prompt: "%s: how many packets does it take to close?", unit: "packets"},
	{row: "close.peer_notices", transports: both, prompt: "%s: does the other side notice that this one has closed?", choices: said("yes", "no")},
	{row: "close.waits_after", transports: both, prompt: "%s: in which state does the side wait that closed first?", choices: said("TIME-WAIT", "CLOSE-WAIT", "nothing")},
	{row: "overhead.header_bytes", transports: both, prompt: "%s: how many bytes of headers, IP's included, has a packet?", unit: "bytes"},
	{row: "overhead.packets_per_echo", transports: both, prompt: "%s: how many packets does one echo take on average, there and back?", unit: "packets"},
	{row: "nagle.packets", transports: both, prompt: "%s, Nagle's algorithm off: how many packets do twenty small writes make?", unit: "packets"},
	{row: "nagle.packets_nagle", transports: tcp, prompt: "%s, Nagle's algorithm on: how many packets do twenty small writes make?", unit: "packets", needs: aDelay},
	{row: "addressing.has_ports", transports: both, prompt: "%s: how many of its packets name addresses and ports?", choices: ofAll, scale: true},
	{row: "addressing.checksum_valid", transports: both, prompt: "%s: how many of its packets carry a valid checksum?", choices: ofAll, scale: true},
	{row: "cast.broadcast", transports: both, prompt: "%s: how many of three receivers does one broadcast reach?", choices: []Choice{
		anyError, between("none or one", -1, 1), above("two or three", 1)}},
	{row: "cast.multicast", transports: both, prompt: "%s: how many of three receivers does one multicast reach?", choices: []Choice{
		anyError, between("none or one", -1, 1), above("two or three", 1)}},
	{row: "concurrency.wait_iterative", prompt: "Which client waits longer, behind a silent one, for an iterative server?", choices: greater},
	{row: "concurrency.served_iterative", transports: both, prompt: "%s, iterative server: how many of twenty clients have an echo while all stay connected?", unit: "clients"},
	{row: "concurrency.served_concurrent", transports: both, prompt: "%s, concurrent server: how many of twenty clients have an echo while all stay connected?", unit: "clients"},
	{row: "sockets.server_sockets", transports: both, prompt: "%s: how many sockets has the server while two clients talk to it?", unit: "count"},
	{row: "sockets.server_ports", transports: both, prompt: "%s: how many ports has the server while two clients talk to it?", unit: "count"},
	{row: "backlog.connected_before_accept", transports: tcp, prompt: "%s: can a client be connected before the server calls accept?", choices: whether},
	{row: "backlog.connected_together", transports: tcp, prompt: "%s: the server called listen with 5; how many of twelve clients are connected in the end?", unit: "count"},
	{row: "refusal.outcome", transports: both, prompt: "%s: what does a sender learn when nobody listens?", choices: said("refused", "told late", "never told")},
	{row: "refusal.outcome_unconnected", transports: udp, prompt: "%s, without connect: what does a sender learn when nobody listens?", choices: said("refused", "told late", "never told")},
	{row: "refusal.first_message", transports: both, prompt: "%s: is the first message sent, although nobody listens?", choices: said("sent", "not sent")},
	{row: "programs.five_clients", transports: both, prompt: "%s: how many clients does document 001's server serve before it stops?", unit: "clients"},
	{row: "programs.sixth_client", transports: both, prompt: "%s: what becomes of the client after the last one?", choices: said("served", "finds nobody")},
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
