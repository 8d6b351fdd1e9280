package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// failed wraps an error of go-redis with what was being done: a missing thing becomes
// [clarion.ErrNotFound], and a Redis that does not answer, or cannot serve now, [clarion.ErrUnavailable].
// A call that its own caller gave up keeps [context.Canceled]. A nil error stays nil.
func failed(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	doing := fmt.Sprintf(format, args...)
	switch {
	case errors.Is(err, clarion.ErrNotFound), errors.Is(err, clarion.ErrUnavailable):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(err, redis.Nil):
		return fmt.Errorf("%s: %w", doing, clarion.ErrNotFound)
	case errors.Is(err, context.Canceled), isMistake(err):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, clarion.ErrUnavailable, err)
}

// isMistake tells an answer that blames the command from one that blames the state of the server (LOADING,
// READONLY, CLUSTERDOWN, MASTERDOWN, TRYAGAIN, OOM, MISCONF, NOREPLICAS, BUSY, NOAUTH, …). Repeating a
// mistake does not help.
func isMistake(err error) bool {
	var answer redis.Error
	if !errors.As(err, &answer) || redis.IsMaxClientsError(err) {
		return false
	}
	word, _, _ := strings.Cut(answer.Error(), " ")
	return word == "ERR" || word == "WRONGTYPE" || word == "CROSSSLOT"
}

// unlessMissing returns what went wrong in a pipeline in which it is no mistake that a thing is missing.
func unlessMissing(cmds []redis.Cmder, err error) error {
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	for _, c := range cmds {
		if err := c.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
	}
	return nil
}
