package grade

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// printing runs a program in a room to its end, and returns what it printed.
func printing(ctx context.Context, room *Subject) (string, error) {
	p, err := room.Launch(ctx, "", 4096)
	if err != nil {
		return "", err
	}
	<-p.Done()
	p.Flush(5 * time.Second)
	return strings.TrimSpace(string(p.Stdout.Head())), nil
}

// TestHomes wants an empty home for every check and every room, also where another has left
// something in its own, and wants it gone with the check. Boxes with files of their own may
// all call it by one name.
func TestHomes(t *testing.T) {
	seen, rooms := map[string]bool{}, 0
	homes := func(ctx context.Context, s *Subject) error {
		other, err := s.Room(ctx)
		if err != nil {
			return err
		}
		for _, room := range []*Subject{s, other} {
			out, err := printing(ctx, room)
			if err != nil {
				return err
			}
			home, found, _ := strings.Cut(out, " ")
			if found != "0" || home == "" {
				t.Errorf("the home %q is not empty: %s files", home, found)
			}
			seen[home] = true
			rooms++
		}
		return nil
	}
	command := []string{"sh", "-c", `echo $HOME $(ls -A $HOME | wc -l); echo left > $HOME/left`}
	r, err := Run(t.Context(), small(Check{ID: "a", Run: homes}, Check{ID: "b", Run: homes}), Options{Command: command})
	if err != nil || r.Count(Passed) != 2 || rooms != 4 {
		t.Fatalf("%d checks passed, %d homes, error %v", r.Count(Passed), rooms, err)
	}
	for home := range seen {
		if _, err := os.Stat(home); err == nil {
			t.Errorf("%s is still there", home)
		}
	}
}

// TestRoomsReachNoOther wants a port in two rooms at once: their networks are apart.
func TestRoomsReachNoOther(t *testing.T) {
	apart := func(ctx context.Context, s *Subject) error {
		other, err := s.Room(ctx)
		if err != nil {
			return err
		}
		if _, err := other.ListenAt(ctx); err != nil {
			return err
		}
		if err := s.open(ctx); err != nil {
			return err
		}
		if !s.box.Isolated() {
			t.Skip("rooms share the machine's ports here")
		}
		if _, err := s.ListenAt(ctx); err != nil || s.Port() != other.Port() {
			t.Errorf("ports %d and %d, error %v; want the same port in each room", s.Port(), other.Port(), err)
		}
		return nil
	}
	a := small(Check{ID: "apart", Run: apart})
	a.Network = "udp"
	r, err := Run(t.Context(), a, Options{Command: []string{"true"}, Port: 9000})
	if err != nil || r.Count(Passed) != 1 {
		t.Fatalf("%v, error %v", r, err)
	}
}

// TestFailsInRooms: a check whose programs run in rooms beside its own, and still run when it
// fails, is a failure like another.
func TestFailsInRooms(t *testing.T) {
	fails := func(ctx context.Context, s *Subject) error {
		room, err := s.Room(ctx)
		if err != nil {
			return err
		}
		if _, err := room.Launch(ctx, "", 0); err != nil {
			return err
		}
		return Failf("It should have ended.")
	}
	r, err := Run(t.Context(), small(Check{ID: "a", Run: fails}), Options{Command: []string{"sleep", "100"}})
	if err != nil || r.Checks[0].Status != Failed {
		t.Fatalf("%+v, error %v", r, err)
	}
}
