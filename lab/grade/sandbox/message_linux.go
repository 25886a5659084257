package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxMessage bounds one message between a box and its init, in bytes.
const maxMessage = 128 << 10

// request is what a box asks of its init. Exactly one field is set.
type request struct {
	Setup  *setup  `json:"setup,omitempty"`
	Start  *start  `json:"start,omitempty"`
	Socket *socket `json:"socket,omitempty"`
	Kill   int     `json:"kill,omitempty"` // number of a program
	Sync   bool    `json:"sync,omitempty"` // just respond
}

// setup comes first.
type setup struct {
	Limits    Limits `json:"limits"`
	Network   bool   `json:"network"`   // own network: bring loopback up
	Processes bool   `json:"processes"` // own process ids
	Users     bool   `json:"users"`     // own user namespace
	View      view   `json:"view"`
	Drop      bool   `json:"drop"`     // programs run as nobody
	Landlock  int    `json:"landlock"` // version
}

// start starts a program; its three pipes come along as descriptors.
type start struct {
	Number int      `json:"number"`
	Args   []string `json:"args"`
	Env    []string `json:"env"`
}

// socket opens sockets in the init's network. So that a client more does not
// cost a question more, a box asks for several at a time.
type socket struct {
	Family int `json:"family"`
	Type   int `json:"type"`
}

// socketsAtOnce is how many sockets come with one response.
const socketsAtOnce = 16

// event is what an init says: the response to a request, or, with Exit set, that a
// program ended.
type event struct {
	Number int           `json:"number,omitempty"`
	Exit   *Exit         `json:"exit,omitempty"`
	Pid    int           `json:"pid,omitempty"` // of the program that was started
	Error  string        `json:"error,omitempty"`
	Errno  syscall.Errno `json:"errno,omitempty"` // the kernel's part of the error
}

// fail is the event of a request that did not succeed.
func (e *event) fail(err error) {
	e.Error = err.Error()
	_ = errors.As(err, &e.Errno) // or 0
}

// err is the error that an init told, or nil.
func (e *event) err() error {
	if e.Error == "" {
		return nil
	}
	return &initError{e.Error, e.Errno}
}

// initError is an error of the init's, which has crossed the channel.
type initError struct {
	text  string
	errno syscall.Errno
}

func (e *initError) Error() string { return e.text }
func (e *initError) Unwrap() error { return e.errno }

// channel is one end of the socket pair between a box and its init. Messages
// keep their boundaries (SOCK_SEQPACKET) and may carry descriptors.
type channel struct {
	file *os.File
	conn syscall.RawConn
	body [maxMessage]byte // of the message that is received: one at a time
}

func newChannel(fd int) (*channel, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "sandbox")
	conn, err := file.SyscallConn()
	return &channel{file: file, conn: conn}, err
}

// send sends one message with descriptors.
func (c *channel) send(message any, fds ...int) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(body) > maxMessage {
		return fmt.Errorf("command and environment of %d bytes: more than %d", len(body), maxMessage)
	}
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	var sendErr error
	err = c.conn.Write(func(fd uintptr) bool {
		_, sendErr = unix.SendmsgN(int(fd), body, rights, nil, unix.MSG_NOSIGNAL)
		return sendErr != unix.EAGAIN
	})
	return cmp.Or(err, sendErr)
}

// receive waits for one message and returns its descriptors; one goroutine at a
// time may. The error is unix.EPIPE when the other end has gone.
func (c *channel) receive(message any) ([]int, error) {
	rights := make([]byte, unix.CmsgSpace(socketsAtOnce*4))
	var n, rn int
	var recvErr error
	err := c.conn.Read(func(fd uintptr) bool {
		n, rn, _, _, recvErr = unix.Recvmsg(int(fd), c.body[:], rights, unix.MSG_CMSG_CLOEXEC)
		return recvErr != unix.EAGAIN
	})
	if err := cmp.Or(err, recvErr); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, unix.EPIPE
	}
	fds, err := descriptors(rights[:rn])
	if err != nil {
		return nil, err
	}
	return fds, json.Unmarshal(c.body[:n], message)
}

// shutdown tells the other end that nothing more will come.
func (c *channel) shutdown() {
	_ = c.conn.Control(func(fd uintptr) { _ = unix.Shutdown(int(fd), unix.SHUT_RDWR) })
}

func descriptors(rights []byte) ([]int, error) {
	if len(rights) == 0 {
		return nil, nil
	}
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil || len(messages) == 0 {
		return nil, err
	}
	return unix.ParseUnixRights(&messages[0])
}

func closeDescriptors(fds []int) {
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
}
