package kernel

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// namespace is a network namespace with threads in it. A socket belongs to the
// namespace of the thread that opened it, for ever; so only opening must
// happen on these threads.
type namespace struct {
	handle netns.NsHandle
	tasks  chan func() // taken by the thread that made it, when that has nothing to do
	closed chan struct{}

	mu      sync.Mutex // guards entering against closing
	ended   bool
	threads sync.WaitGroup
}

// newNamespace makes a namespace, with nothing in it but a loopback interface
// that is down. It lives as long as the handle, a thread or a socket does.
func newNamespace() (*namespace, error) {
	n := &namespace{tasks: make(chan func()), closed: make(chan struct{})}
	made := make(chan error)
	n.threads.Add(1)
	onThread(func() {
		defer n.threads.Done()
		var err error
		n.handle, err = netns.New()
		made <- err
		if err == nil {
			n.work()
		}
	})
	if err := <-made; err != nil {
		n.threads.Wait()
		return nil, noNamespace("network", err, thisSystem())
	}
	return n, nil
}

// onThread runs f on a thread that ends with it, since no thread may ever
// leave a namespace: in a user namespace it has no right to go back.
func onThread(f func()) {
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() != os.Getpid() {
			f()
			return // still locked, which ends the thread
		}
		// The process's first thread never ends, and its namespace is what
		// others see as the process's. Hold it until f runs on another.
		started := make(chan struct{})
		onThread(func() {
			close(started)
			f()
		})
		<-started
		runtime.UnlockOSThread()
	}()
}

// work does tasks until the namespace is closed.
func (n *namespace) work() {
	for {
		select {
		case task := <-n.tasks:
			task()
		case <-n.closed:
			return
		}
	}
}

// do runs f on a thread of the namespace and waits for it.
func (n *namespace) do(f func() error) error {
	done := make(chan error, 1)
	task := func() { done <- f() }
	select {
	case n.tasks <- task:
		return <-done
	default:
	}
	if err := n.enter(task, done); err != nil {
		return err
	}
	return <-done
}

// enter starts one more thread in the namespace, for task alone.
func (n *namespace) enter(task func(), failed chan<- error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return net.ErrClosed
	}
	n.threads.Add(1)
	onThread(func() {
		defer n.threads.Done()
		if err := netns.Set(n.handle); err != nil {
			failed <- fmt.Errorf("enter the network namespace: %w", err)
			return
		}
		task()
	})
	return nil
}

// close waits for all threads and lets the namespace go.
func (n *namespace) close() error {
	n.mu.Lock()
	if n.ended {
		n.mu.Unlock()
		return nil
	}
	n.ended = true
	n.mu.Unlock()
	close(n.closed)
	n.threads.Wait()
	if err := n.handle.Close(); err != nil {
		return fmt.Errorf("close the network namespace: %w", err)
	}
	return nil
}
