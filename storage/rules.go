package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// putRules appends rules unless they are the newest.
//
// KEYS: rules:{ws}
// ARGV: JSON of the rules
// Returns: the rules' version, from 1
var putRules = redis.NewScript(`
if redis.call('LINDEX', KEYS[1], -1) == ARGV[1] then
  return redis.call('LLEN', KEYS[1])
end
return redis.call('RPUSH', KEYS[1], ARGV[1])
`)

// PutRules stores rules under the next version and returns them with it. When the newest stored rules say
// the same, those are returned and nothing is stored.
func (w *Workspace) PutRules(ctx context.Context, rules clarion.Rules) (clarion.Rules, error) {
	// A map is written in the order of its keys (https://pkg.go.dev/encoding/json#Marshal), so the same
	// rules are the same text.
	text, err := json.Marshal(rules.For)
	if err != nil {
		return clarion.Rules{}, fmt.Errorf("write rules: %w", err)
	}
	version, err := putRules.Run(ctx, w.rdb, []string{w.key(rulesKey)}, text).Int()
	if err != nil {
		return clarion.Rules{}, failed(err, "store rules %q", rules)
	}
	rules.Version = version
	return rules, nil
}

// Rules returns the newest stored rules, or [clarion.ErrNotFound].
func (w *Workspace) Rules(ctx context.Context) (clarion.Rules, error) {
	var versions *redis.IntCmd
	var newest *redis.StringCmd
	cmds, err := w.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		versions = p.LLen(ctx, w.key(rulesKey))
		newest = p.LIndex(ctx, w.key(rulesKey), -1)
		return nil
	})
	if err = unlessMissing(cmds, err); err == nil {
		err = newest.Err()
	}
	if err != nil {
		return clarion.Rules{}, failed(err, "read the rules")
	}
	rules := clarion.Rules{Version: int(versions.Val())}
	if err := json.Unmarshal([]byte(newest.Val()), &rules.For); err != nil {
		return clarion.Rules{}, fmt.Errorf("read the rules: %w", err)
	}
	return rules, nil
}
