package main

import (
	"flag"
	"time"
)

// aheadFlag adds the flag -ahead, by which a rehearsal takes place as if it were so much later.
func aheadFlag(flags *flag.FlagSet) *time.Duration {
	return flags.Duration("ahead", 0, "let the clock be so much later than it is")
}

// later returns a clock that runs with the real one, ahead of it.
func later(ahead time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(ahead) }
}
