package grade

import (
	"sync"

	"echolab/lab/text"
)

// A story keeps its first and its last steps, so that ten thousand clients do
// not fill the memory.
const (
	storyHead = 12
	storyTail = 28
)

// story is what a check did, step by step.
type story struct {
	mu      sync.Mutex
	steps   []text.Message
	leftOut int
}

func (s *story) add(t text.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, t)
	if len(s.steps) > storyHead+storyTail {
		s.steps = append(s.steps[:storyHead], s.steps[storyHead+1:]...)
		s.leftOut++
	}
}

// told is the story as a list.
func (s *story) told() []text.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leftOut == 0 {
		return append([]text.Message(nil), s.steps...)
	}
	told := append([]text.Message(nil), s.steps[:storyHead]...)
	told = append(told, text.Sayf("(%d steps more)", s.leftOut))
	return append(told, s.steps[storyHead:]...)
}
