package checks

import (
	"context"
	"sync/atomic"

	"echolab/lab/grade"
)

// What reliable transfers do when the other side is not heard.

// loseFirstCopies loses an acknowledgement when it comes for the first time, so that
// the last one is lost, too. It does so few times, since every acknowledgement may
// look new.
func loseFirstCopies() relayed {
	const most = 3
	seen := map[string]bool{}
	return relayed{
		words: "put a relay between them that loses every acknowledgement once, the last one, too",
		dropAgain: func(ack []byte) bool {
			if seen[string(ack)] || len(seen) == most {
				return false
			}
			seen[string(ack)] = true
			return true
		},
	}
}

// survivesLostAck sends a file that fits into one datagram, and loses what
// acknowledges it and its end.
func survivesLostAck(ctx context.Context, s *grade.Subject) error {
	return transferring(100, loseFirstCopies(), func(ctx context.Context, t *transfer) error {
		if !t.senderEnds(ctx, giveUpWithin) {
			return grade.Failf("The sender should have sent again what was not acknowledged, and ended; "+
				"but after %v it still runs.", giveUpWithin)
		}
		t.receiverEnds(ctx)
		if err := t.compare(); err != nil {
			return err
		}
		return t.wantEnds()
	})(ctx, s)
}

// fallSilent loses everything behind the first few datagrams of the sender.
func fallSilent(after int64) relayed {
	var came atomic.Int64
	return relayed{
		words:     "put a relay between them that loses everything after a while",
		dropThere: func([]byte) bool { return came.Add(1) > after },
		dropAgain: func([]byte) bool { return came.Load() > after },
	}
}

// givesUp wants a sender to end when nobody answers: from the beginning, and from
// the middle of a file on. The two run at the same time.
func givesUp(ctx context.Context, s *grade.Subject) error {
	var all []*transfer
	for _, after := range []int64{0, 10} {
		t, err := beginTransfer(ctx, s, largestFile, fallSilent(after))
		if err != nil {
			return err
		}
		defer t.close()
		all = append(all, t)
	}
	s.Stepf("the senders should give up")
	for _, t := range all {
		if !t.senderEnds(ctx, giveUpWithin) {
			return grade.Failf("The sender should have given up when nobody answered it, but after %v it still runs.",
				giveUpWithin)
		}
		if exit, _ := t.sender.Ended(); exit.Code == 0 || exit.Signal != "" {
			return grade.Failf("The sender should have given up with an exit status that is not 0, "+
				"but it ended so: %s.", grade.ExitText(exit))
		}
	}
	return nil
}
