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
