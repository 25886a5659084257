package ladder

import (
	"encoding/json"
	"io"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/text"
)

// SchemaName names the JSON form of traces.
const SchemaName = "lab.trace/1"

// document is the JSON form. Times are milliseconds from the first packet of
// each trace, fractions are fractions, notes are in English.
type document struct {
	Schema     string         `json:"schema"`
	Network    string         `json:"network,omitempty"`
	Conditions map[string]any `json:"conditions,omitempty"`
	Caption    text.Message   `json:"caption,omitzero"`
	Traces     []jsonTrace    `json:"traces"`
}

type jsonTrace struct {
	Transport    string       `json:"transport"`
	Client       string       `json:"client"`
	Server       string       `json:"server"`
	Conversation int          `json:"conversation"`
	Of           int          `json:"conversations"`
	Together     int          `json:"together,omitempty"` // how many conversations the packets are of
	Unseen       packet.Sight `json:"unseen,omitempty"`   // what is to be seen, and is not there
	Marks        []int        `json:"marks,omitempty"`    // places of the packets to look at, from 0
	Outcome      text.Message `json:"outcome,omitzero"`
	NotKept      int          `json:"not_kept,omitempty"`
	Packets      []jsonPacket `json:"packets"`
}

type jsonPacket struct {
	TimeMS         float64        `json:"time_ms"`
	From           string         `json:"from"`
	Number         int            `json:"number,omitempty"` // among those of its side
	Protocol       string         `json:"protocol"`
	Length         int            `json:"length"`  // bytes of the whole packet
	Payload        int            `json:"payload"` // bytes of application data
	Segment        *jsonSegment   `json:"segment,omitempty"`
	FragmentOffset int            `json:"fragment_offset,omitempty"`
	MoreFragments  bool           `json:"more_fragments,omitempty"`
	Fate           string         `json:"fate,omitempty"`
	Cause          link.Cause     `json:"cause,omitempty"`
	DeliveredMS    *float64       `json:"delivered_ms,omitempty"`
	Copy           bool           `json:"copy,omitempty"`
	Retransmission bool           `json:"retransmission,omitempty"`
	OutOfOrder     bool           `json:"out_of_order,omitempty"`
	Probe          bool           `json:"probe,omitempty"`
	Overtaken      int            `json:"overtaken,omitempty"` // by packets sent after it
	Notes          []text.Message `json:"notes,omitempty"`
}

type jsonSegment struct {
	Flags        []string    `json:"flags"`
	Seq          uint32      `json:"seq"`
	Ack          *uint32     `json:"ack,omitempty"` // both relative, as in the ladder
	RawSeq       uint32      `json:"raw_seq"`
	RawAck       uint32      `json:"raw_ack"`
	Window       int         `json:"window"` // bytes, scaled
	HeaderLength int         `json:"header_length"`
	MSS          uint16      `json:"mss,omitempty"`
	WindowScale  *int        `json:"window_scale,omitempty"`
	SACK         [][2]uint32 `json:"sack,omitempty"`
}

func writeJSON(w io.Writer, traces []packet.Trace, o Options) error {
	d := document{Schema: SchemaName, Caption: o.Caption, Traces: []jsonTrace{}}
	for _, t := range traces {
		d.Network, d.Conditions = t.Network, t.Conditions.Words()
		d.Traces = append(d.Traces, jsonOf(t))
	}
	return encode(w, d)
}

// encode writes JSON to be read by people too.
func encode(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

func jsonOf(t packet.Trace) jsonTrace {
	j := jsonTrace{
		Transport: t.Transport, Client: t.Client.String(), Server: t.Server.String(),
		Conversation: t.Conversation, Of: t.Of, Outcome: t.Outcome, NotKept: t.Left, Packets: []jsonPacket{},
		Together: t.Together, Unseen: t.Unseen, Marks: t.Marks,
	}
	notes, overtaken := t.Annotations(), packet.Overtaken(t.Packets)
	for i, p := range t.Packets {
		packet := jsonPacketOf(p, t.Packets[0].Time)
		if t.Network == "" {
			packet.Fate = "" // a file does not know
			if p.Fate == link.Lost {
				packet.Fate = p.Fate.Word()
			}
		}
		packet.Overtaken = overtaken[i]
		for _, n := range notes[i] {
			packet.Notes = append(packet.Notes, n.Text)
		}
		j.Packets = append(j.Packets, packet)
	}
	return j
}

func jsonPacketOf(p packet.Packet, began time.Duration) jsonPacket {
	j := jsonPacket{
		TimeMS: milliseconds(p.Time - began), From: p.From.String(), Number: p.Number, Protocol: p.Protocol.String(),
		Length: p.Length, Payload: p.Payload, FragmentOffset: p.FragmentOffset, MoreFragments: p.MoreFragments,
		Fate: p.Fate.Word(), Cause: p.Cause, Copy: p.Copy, Retransmission: p.Retransmission,
		OutOfOrder: p.OutOfOrder, Probe: p.Probe,
	}
	if p.Delivered > 0 {
		delivered := milliseconds(p.Delivered - began)
		j.DeliveredMS = &delivered
	}
	if p.TCP != nil {
		j.Segment = jsonSegmentOf(p.TCP)
	}
	return j
}

func jsonSegmentOf(t *packet.Segment) *jsonSegment {
	j := &jsonSegment{
		Flags: t.Flags.Names(), Seq: t.RelativeSeq, RawSeq: t.Seq, RawAck: t.Ack, Window: t.ScaledWindow,
		HeaderLength: t.HeaderLength, MSS: t.Options.MSS, SACK: t.RelativeSACK,
	}
	if t.Flags.Has(packet.ACK) {
		j.Ack = &t.RelativeAck
	}
	if t.Options.WindowScale >= 0 {
		j.WindowScale = &t.Options.WindowScale
	}
	return j
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
