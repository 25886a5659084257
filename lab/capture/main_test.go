package capture_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain wants every goroutine of every network and exchange to have ended.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
