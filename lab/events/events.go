// Package events writes what happens in a run as a stream of lines, each a JSON
// object: schema lab.events/1. The web page reads it, and whoever wants to draw
// or count something else.
//
// The lines of an experiment stand together: its start, its conversations, what
// happened in them in the order of time, and its result. The report and the end
// come last. Times are milliseconds on the clock of the wire that a conversation
// passes over, which starts when the wire is joined: TCP and UDP have wires of their
// own, and so one common axis. Sequence numbers are relative to the first of
// their direction, windows and lengths are bytes. Sentences are in the language that
// the start names; the report inside is the schema lab.report/1, and in English.
//
// events.go is the lines, writer.go the order in which they come, watched.go makes
// lines of what was seen on wires, and messages.go finds messages in packets. keep.go
// makes short streams for files that hold much else, and few.go thins them.
package events

import (
	"encoding/json"

	"echolab/lab/link"
)

// SchemaName names this form of a stream.
const SchemaName = "lab.events/1"

// Start begins an experiment.
type Start struct {
	Type       string         `json:"type"` // "start"
	Schema     string         `json:"schema"`
	Experiment string         `json:"experiment"`
	Title      string         `json:"title"`
	Question   string         `json:"question,omitempty"`
	Network    string         `json:"network,omitempty"` // none where packets come from a file
	Seed       uint64         `json:"seed"`
	Conditions map[string]any `json:"conditions"` // as in a report
	Transports []string       `json:"transports"`
	Congestion string         `json:"congestion,omitempty"`
	Language   string         `json:"language"`
}

// Conversation is between two sockets; those of an experiment are numbered from 1.
type Conversation struct {
	Type         string         `json:"type"` // "conversation"
	Experiment   string         `json:"experiment"`
	Conversation int            `json:"conversation"`
	Wire         int            `json:"wire"` // number of the wire that it passes over, from 1
	Transport    string         `json:"transport"`
	Client       string         `json:"client"`
	Server       string         `json:"server"`
	Caption      string         `json:"caption,omitempty"`
	Remark       string         `json:"remark,omitempty"`  // about it as a whole
	Teaches      bool           `json:"teaches,omitempty"` // shows the lesson of the experiment
	Together     int            `json:"together,omitempty"`
	Packets      int            `json:"packets"`
	Shown        int            `json:"shown,omitempty"`    // packets that are told, the first ones, where it is not all
	NotKept      int            `json:"not_kept,omitempty"` // packets of its wire that are not told
	Conditions   map[string]any `json:"conditions"`
}

// Packet is an IP packet and what became of it.
type Packet struct {
	Type           string     `json:"type"` // "packet"
	Conversation   int        `json:"conversation"`
	T              float64    `json:"t"`    // as Sent
	From           string     `json:"from"` // "client" or "server"
	Number         int        `json:"number,omitempty"`
	Sent           float64    `json:"sent"`
	Delivered      *float64   `json:"delivered,omitempty"` // not there if it never was
	Protocol       string     `json:"protocol"`
	Flags          []string   `json:"flags,omitempty"`
	Seq            *uint32    `json:"seq,omitempty"`
	Ack            *uint32    `json:"ack,omitempty"`
	Window         *int       `json:"window,omitempty"`
	Length         int        `json:"length"`  // of the whole packet
	Payload        int        `json:"payload"` // application data in it
	Fate           string     `json:"fate,omitempty"`
	Cause          link.Cause `json:"cause,omitempty"`
	Copy           bool       `json:"copy,omitempty"`
	Retransmission bool       `json:"retransmission,omitempty"`
	OutOfOrder     bool       `json:"out_of_order,omitempty"`
	Probe          bool       `json:"probe,omitempty"`
	Overtaken      int        `json:"overtaken,omitempty"` // by packets sent after it
	Note           string     `json:"note,omitempty"`
	Reference      string     `json:"reference,omitempty"` // the standard's section about such a packet
	Marked         bool       `json:"marked,omitempty"`    // is what to look at
}

// Socket is what a TCP socket knows of its path, from then on.
type Socket struct {
	Type         string   `json:"type"` // "socket"
	Conversation int      `json:"conversation"`
	T            float64  `json:"t"`
	Host         string   `json:"host"`
	Cwnd         int      `json:"cwnd"`               // bytes
	Ssthresh     int      `json:"ssthresh,omitempty"` // bytes; none yet where it is missing
	SRTT         *float64 `json:"srtt,omitempty"`     // ms; nothing measured yet where it is missing
	RTO          float64  `json:"rto"`                // ms
	InFlight     int      `json:"in_flight"`          // bytes
}

// Queue is how many packets of a side wait for the rate of its link, from then on.
type Queue struct {
	Type      string  `json:"type"` // "queue"
	Wire      int     `json:"wire"`
	T         float64 `json:"t"`
	Direction string  `json:"direction"` // whose packets
	Packets   int     `json:"packets"`
}

// Message is one message of the application, sent or received. TCP has received it
// when everything before it is there, too.
type Message struct {
	Type         string  `json:"type"` // "message"
	Conversation int     `json:"conversation"`
	T            float64 `json:"t"`
	Number       int     `json:"number"` // from 0
	From         string  `json:"from"`   // who sent it
	Event        string  `json:"event"`  // "sent" or "received"
}

// Result is what an experiment found: one of a report's, and as a part of a web page.
type Result struct {
	Type       string          `json:"type"` // "result"
	Experiment string          `json:"experiment"`
	Result     json.RawMessage `json:"result"`
	HTML       string          `json:"html"`
}

// Report is what the whole run found, in schema lab.report/1, and as a part of a web
// page.
type Report struct {
	Type   string          `json:"type"` // "report"
	Report json.RawMessage `json:"report"`
	HTML   string          `json:"html"`
}

// End is the last line. Where it is missing, the run was stopped.
type End struct {
	Type        string `json:"type"` // "end"
	Interrupted bool   `json:"interrupted,omitempty"`
}
