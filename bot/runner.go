package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// A runner runs handlers apart from the requests that asked for them, so that a slow one is acknowledged in
// time and still finishes. Nothing that a handler does wrong gets past it: a panic and an unexpected error
// each become a sentence with a reference that the log has too.
type runner struct {
	log       *slog.Logger
	reference func() string
	explain   func(err error, reference string) (sentence chat.Text, unexpected bool)
	patience  time.Duration // how long a platform's request waits for its handler
	limit     time.Duration // how long a handler may take
	work      sync.WaitGroup
}

// An outcome is what came of a handler.
type outcome struct {
	reply  commands.Reply
	failed bool // the reply is a sentence that says why nothing was done
	// broken is the reference under which the log has it that the handler panicked; empty: it did not.
	broken string
}

// start runs a handler. The channel has its outcome once.
func (r *runner) start(ctx context.Context, name string, who chat.Person, h func(context.Context) (commands.Reply, error)) <-chan outcome {
	done := make(chan outcome, 1)
	r.background(ctx, name, func(ctx context.Context) {
		done <- r.safely(ctx, name, who, h)
	})
	return done
}

// background runs work that nobody waits for, within the limit. Close waits for it.
func (r *runner) background(ctx context.Context, name string, f func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.limit)
	r.work.Go(func() {
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				r.log.Error("panic in the background", "name", name, "reference", r.reference(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}()
		f(ctx)
	})
}

func (r *runner) safely(ctx context.Context, name string, who chat.Person, h func(context.Context) (commands.Reply, error)) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			reference := r.reference()
			out = r.failure(name, who, reference, fmt.Errorf("panic: %v", p), "stack", string(debug.Stack()))
			out.broken = reference
		}
	}()
	reply, err := h(ctx)
	if err != nil {
		return r.failure(name, who, r.reference(), err)
	}
	return outcome{reply: reply}
}

func (r *runner) failure(name string, who chat.Person, reference string, err error, more ...any) outcome {
	sentence, unexpected := r.explain(err, reference)
	args := append([]any{"name", name, "person", string(who.Identity()), "error", err}, more...)
	if unexpected {
		r.log.Error("a request failed", append(args, "reference", reference)...)
	} else {
		r.log.Info("a request was turned down", args...)
	}
	var invalid *clarion.InvalidError // what somebody wrote, or a campaign that others do not know yet, may be in its sentence
	return outcome{reply: commands.Reply{Message: chat.Simple(sentence), Open: !errors.As(err, &invalid)}, failed: true}
}

// wait returns a handler's outcome when it comes within the patience of the platform.
func (r *runner) wait(done <-chan outcome) (out outcome, ok bool) {
	patience := time.NewTimer(r.patience)
	defer patience.Stop()
	select {
	case out = <-done:
		return out, true
	case <-patience.C:
		return outcome{}, false
	}
}

// close waits until everything that was started is done, or the context ends.
func (r *runner) close(ctx context.Context) error {
	done := make(chan struct{})
	go func() { r.work.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for requests to finish: %w", ctx.Err())
	}
}
