package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// maxKnown is how many items of a topic's feed are known: those that were in it last. A feed has fewer at once, so
// that none which is in the feed is forgotten.
const maxKnown = 2000

var (
	// ErrTooManySuggestions says that [clarion.MaxSuggestions] suggestions of a topic wait to be decided on.
	ErrTooManySuggestions = errors.New("as many suggestions wait as can")
	// ErrDecided says that somebody has decided on a suggestion already.
	ErrDecided = errors.New("it is decided already")
)

// A FeedState is what came of reading a topic's feed last.
type FeedState struct {
	Address string              `json:"address"`
	Period  string              `json:"period,omitempty"` // for which it was read, or could not be
	At      time.Time           `json:"at"`               // when it was read, or could not be; zero: not yet
	Read    time.Time           `json:"read,omitzero"`    // when it was read; zero: not yet
	Title   string              `json:"title,omitempty"`
	Version clarion.FeedVersion `json:"version,omitzero"`
	Failure string              `json:"failure,omitempty"` // a sentence that says why it could not be read; empty: it was
	Since   time.Time           `json:"since,omitzero"`    // since when it cannot be read
	Left    int                 `json:"left,omitempty"`    // new items that are still to be taken from it
}

func unpackFeedState(t clarion.Topic, text string) (FeedState, error) {
	var f FeedState
	if text == "" {
		return f, nil
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read the feed's state of topic %s: %w", t.ID, err)
	}
	if f.Address != t.Feed {
		return FeedState{}, nil // another feed's, which was being read when this one took its place
	}
	return f, nil
}

// FeedState returns what came of reading the topic's feed last; it is zero when the feed was not read yet.
func (w *Workspace) FeedState(ctx context.Context, t clarion.Topic) (FeedState, error) {
	text, err := w.rdb.HGet(ctx, w.key(feedsKey), string(t.ID)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return FeedState{}, failed(err, "read the feed's state of topic %s", t.ID)
	}
	return unpackFeedState(t, text)
}

// takeFeed claims the reading of a feed for a period, unless it was read or somebody reads it.
//
// KEYS: feeds:{ws}, reading:{ws}:<topic>
// ARGV: topic, period, now in ms, until when the claim holds in ms, the claim's life in ms
// Returns: 1; 0 while another claim holds; -1 when it was read
var takeFeed = redis.NewScript(`
local state = redis.call('HGET', KEYS[1], ARGV[1])
if state and cjson.decode(state).period == ARGV[2] then
  return -1
end
local claim = redis.call('GET', KEYS[2])
if claim and tonumber(claim) > tonumber(ARGV[3]) then
  return 0
end
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5])
return 1
`)

// TakeFeed claims the reading of a topic's feed for a period, until a time. It is true for one caller, who reads and
// then records with RecordFeed; when that does not happen by then, as when the process was killed, another takes it.
// Over says that the feed was read for the period.
func (w *Workspace) TakeFeed(ctx context.Context, id clarion.TopicID, period string, now, until time.Time) (taken, over bool, err error) {
	keys := []string{w.key(feedsKey), w.under(readingPrefix, string(id))}
	answer, err := takeFeed.Run(ctx, w.rdb, keys, string(id), period, now.UnixMilli(), until.UnixMilli(), until.Sub(now).Milliseconds()).Int()
	return answer == 1, answer == -1, failed(err, "take the reading of topic %s's feed", id)
}

// recordFeed keeps what came of reading a feed, and which items are known, and ends the claim of who read it.
//
// KEYS: topics:{ws}, feeds:{ws}, known:{ws}:<topic>, reading:{ws}:<topic>
// ARGV: topic, the state's JSON, when it was read in ms, "all" when all items are known from now on, or "", how many
// items are known at most; then the keys of the items that are in the feed
// Returns: 1, or 0 when there is no such topic, or it is paused or has another feed
var recordFeed = redis.NewScript(`
redis.call('DEL', KEYS[4])
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return 0
end
local topic = cjson.decode(stored)
if topic.paused or topic.feed ~= cjson.decode(ARGV[2]).address then
  return 0
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for i = 6, #ARGV do
  if ARGV[4] == 'all' or redis.call('ZSCORE', KEYS[3], ARGV[i]) then
    redis.call('ZADD', KEYS[3], ARGV[3], ARGV[i])
  end
end
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -tonumber(ARGV[5]) - 1)
return 1
`)

// RecordFeed keeps what came of reading a topic's feed, and which items were in it: those that are known stay known
// for as long as they are in the feed. Where all are to be known, none of them comes again. A topic that is gone is
// left alone, and so is one that was paused or got another feed while this one was read.
func (w *Workspace) RecordFeed(ctx context.Context, id clarion.TopicID, f FeedState, inFeed []clarion.Item, all bool) error {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write the feed's state of topic %s: %w", id, err)
	}
	mode := ""
	if all {
		mode = "all"
	}
	args := []any{string(id), text, f.At.UnixMilli(), mode, maxKnown}
	for _, i := range inFeed[:min(len(inFeed), maxKnown)] {
		args = append(args, string(i.Key()))
	}
	keys := []string{w.key(topicsKey), w.key(feedsKey), w.under(knownPrefix, string(id)), w.under(readingPrefix, string(id))}
	return failed(recordFeed.Run(ctx, w.rdb, keys, args...).Err(), "record what the feed of topic %s has", id)
}

// NewItems returns those of a feed's items that are not known in the topic, in their order.
func (w *Workspace) NewItems(ctx context.Context, id clarion.TopicID, items []clarion.Item) ([]clarion.Item, error) {
	scores := make([]*redis.FloatCmd, len(items))
	cmds, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, item := range items {
			scores[i] = p.ZScore(ctx, w.under(knownPrefix, string(id)), string(item.Key()))
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil {
		return nil, failed(err, "ask which items of topic %s are known", id)
	}
	var fresh []clarion.Item
	for i, item := range items {
		if errors.Is(scores[i].Err(), redis.Nil) {
			fresh = append(fresh, item)
		}
	}
	return fresh, nil
}

// suggest keeps a suggestion with the delivery that asks about it, unless its item is known.
//
// KEYS: topics:{ws}, known:{ws}:<topic>, suggestions:{ws}:<topic>, delivery:{ws}:, deliveries:{ws}: (the keys made here
// begin with these), due:{ws}
// ARGV: topic, item, the suggestion's JSON, when it came in ms, how many can wait, and the delivery, if there is one,
// as addDelivery says
// Returns: 1; 0 when the item is known; -1 when there is no such topic; -2 when too many wait
var suggest = redis.NewScript(addDelivery + `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return -1
end
if redis.call('ZSCORE', KEYS[2], ARGV[2]) then
  return 0
end
if redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[5]) then
  return -2
end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
if ARGV[6] then
  addDelivery(KEYS[4], KEYS[5], KEYS[6], 6)
end
return 1
`)

// Suggest keeps a suggestion and adds the delivery that asks about it, once for each item of a topic whatever
// becomes of it, and says whether it is new. A delivery without an id is left out. The error can be
// [ErrTooManySuggestions], and [clarion.ErrNotFound] when the topic is gone.
func (w *Workspace) Suggest(ctx context.Context, s clarion.Suggestion, d clarion.Delivery) (created bool, err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return false, fmt.Errorf("write suggestion %s: %w", s.ID(), err)
	}
	var delivery []any
	if d.ID != "" {
		if delivery, err = deliveryArgs([]clarion.Delivery{d}); err != nil {
			return false, err
		}
	}
	topic := string(s.Topic)
	keys := append([]string{w.key(topicsKey), w.under(knownPrefix, topic), w.under(suggestionsPrefix, topic)}, w.deliveryKeys()...)
	args := append([]any{topic, string(s.Item.Key()), text, s.At.UnixMilli(), clarion.MaxSuggestions}, delivery...)
	answer, err := suggest.Run(ctx, w.rdb, keys, args...).Int()
	switch {
	case err != nil:
	case answer == -1:
		err = clarion.ErrNotFound
	case answer == -2:
		return false, fmt.Errorf("suggest %s: %w", s.ID(), ErrTooManySuggestions)
	}
	return answer == 1, failed(err, "suggest %s", s.ID())
}

// Suggestion returns a suggestion that waits, or [ErrDecided] when none does.
func (w *Workspace) Suggestion(ctx context.Context, id clarion.SuggestionID) (clarion.Suggestion, error) {
	topic, key := id.Parts()
	text, err := w.rdb.HGet(ctx, w.under(suggestionsPrefix, string(topic)), string(key)).Result()
	if errors.Is(err, redis.Nil) {
		return clarion.Suggestion{}, fmt.Errorf("read suggestion %s: %w", id, ErrDecided)
	}
	if err != nil {
		return clarion.Suggestion{}, failed(err, "read suggestion %s", id)
	}
	return unpackSuggestion(text)
}

// Suggestions returns the suggestions of a topic that wait, oldest first.
func (w *Workspace) Suggestions(ctx context.Context, topic clarion.TopicID) ([]clarion.Suggestion, error) {
	texts, err := w.rdb.HVals(ctx, w.under(suggestionsPrefix, string(topic))).Result()
	if err != nil {
		return nil, failed(err, "read the suggestions of topic %s", topic)
	}
	list := make([]clarion.Suggestion, 0, len(texts))
	for _, text := range texts {
		s, err := unpackSuggestion(text)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b clarion.Suggestion) int {
		return cmp.Or(a.At.Compare(b.At), a.Item.At.Compare(b.Item.At), cmp.Compare(a.ID(), b.ID()))
	})
	return list, nil
}

func unpackSuggestion(text string) (clarion.Suggestion, error) {
	var s clarion.Suggestion
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return clarion.Suggestion{}, fmt.Errorf("read a suggestion: %w", err)
	}
	return s, nil
}

// Dismiss takes away a suggestion. The error is [ErrDecided] when that was decided already.
func (w *Workspace) Dismiss(ctx context.Context, id clarion.SuggestionID) error {
	topic, key := id.Parts()
	n, err := w.rdb.HDel(ctx, w.under(suggestionsPrefix, string(topic)), string(key)).Result()
	if err == nil && n == 0 {
		return fmt.Errorf("dismiss suggestion %s: %w", id, ErrDecided)
	}
	return failed(err, "dismiss suggestion %s", id)
}
