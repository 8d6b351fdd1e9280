package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clarion-bot/clarion/internal/process"
)

// startWithin bounds how long a program takes to start on a busy machine.
const startWithin = 30 * time.Second

// ErrEnded says that a process has ended that was waited for.
var ErrEnded = errors.New("it has ended")

// until asks again and again, until the answer is good, the process has ended or it has taken too long.
func until(ctx context.Context, p *process.Process, patience time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.Ended():
			return fmt.Errorf("%w (%v); see %s", ErrEnded, p.Err(), p.Log())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
