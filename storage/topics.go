package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

var (
	// ErrNameTaken says that another topic has the name.
	ErrNameTaken = errors.New("another topic has this name")
	// ErrTooManyTopics says that there are [clarion.MaxTopics] topics.
	ErrTooManyTopics = errors.New("there are as many topics as there can be")
)

// putTopic makes or changes a topic. What is known of its feed is forgotten when the feed is another one, and while
// the topic is paused: the next read is the first again.
//
// KEYS: topics:{ws}, topicnames:{ws}, feeds:{ws}
// ARGV: topic, its JSON, the revision that it replaces, or -1 for a new one, its name's key, greatest number of topics
// Returns: 1; 0 when a new one exists, or one that is changed has another revision; -1 when there is no such topic; -2
// when another one has the name; -3 when there are too many
var putTopic = redis.NewScript(`
local owner = redis.call('HGET', KEYS[2], ARGV[4])
if owner and owner ~= ARGV[1] then
  return -2
end
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == '-1' then
  if stored then
    return 0
  end
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then
    return -3
  end
else
  if not stored then
    return -1
  end
  local old, new = cjson.decode(stored), cjson.decode(ARGV[2])
  if (old.revision or 0) ~= tonumber(ARGV[3]) then
    return 0
  end
  local names = redis.call('HGETALL', KEYS[2])
  for i = 1, #names, 2 do
    if names[i + 1] == ARGV[1] then
      redis.call('HDEL', KEYS[2], names[i])
    end
  end
  if old.feed ~= new.feed or new.paused then
    redis.call('HDEL', KEYS[3], ARGV[1])
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[4], ARGV[1])
return 1
`)

// AddTopic stores a new topic or, when its id exists, nothing, and says whether it stored it. The error can be
// [ErrNameTaken] and [ErrTooManyTopics].
func (w *Workspace) AddTopic(ctx context.Context, t clarion.Topic) (created bool, err error) {
	answer, err := w.putTopic(ctx, t, -1)
	return answer == 1, err
}

// ReviseTopic changes a topic, whose Revision is one more than that of the stored one. The error can be
// [ErrRevised], when somebody else has changed it meanwhile, [ErrNameTaken] and [clarion.ErrNotFound].
func (w *Workspace) ReviseTopic(ctx context.Context, t clarion.Topic) error {
	answer, err := w.putTopic(ctx, t, t.Revision-1)
	if err == nil && answer == 0 {
		err = fmt.Errorf("change topic %s: %w", t.ID, ErrRevised)
	}
	return err
}

func (w *Workspace) putTopic(ctx context.Context, t clarion.Topic, replaces int) (int, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return 0, fmt.Errorf("write topic %s: %w", t.ID, err)
	}
	keys := []string{w.key(topicsKey), w.key(topicNamesKey), w.key(feedsKey)}
	answer, err := putTopic.Run(ctx, w.rdb, keys, string(t.ID), text, replaces, t.Key(), clarion.MaxTopics).Int()
	switch {
	case err != nil:
	case answer == -1:
		err = clarion.ErrNotFound
	case answer == -2:
		return 0, fmt.Errorf("store topic %q: %w", t.Name, ErrNameTaken)
	case answer == -3:
		return 0, fmt.Errorf("store topic %q: %w", t.Name, ErrTooManyTopics)
	}
	return answer, failed(err, "store topic %s", t.ID)
}

// Topic returns a topic, or [clarion.ErrNotFound].
func (w *Workspace) Topic(ctx context.Context, id clarion.TopicID) (clarion.Topic, error) {
	text, err := w.rdb.HGet(ctx, w.key(topicsKey), string(id)).Result()
	if err != nil {
		return clarion.Topic{}, failed(err, "read topic %s", id)
	}
	return unpackTopic(id, text)
}

// Topics returns all topics, by their names.
func (w *Workspace) Topics(ctx context.Context) ([]clarion.Topic, error) {
	texts, err := w.rdb.HGetAll(ctx, w.key(topicsKey)).Result()
	if err != nil {
		return nil, failed(err, "read the topics")
	}
	topics := make([]clarion.Topic, 0, len(texts))
	for id, text := range texts {
		t, err := unpackTopic(clarion.TopicID(id), text)
		if err != nil {
			return nil, err
		}
		topics = append(topics, t)
	}
	slices.SortFunc(topics, func(a, b clarion.Topic) int { return cmp.Or(cmp.Compare(a.Key(), b.Key()), cmp.Compare(a.ID, b.ID)) })
	return topics, nil
}

func unpackTopic(id clarion.TopicID, text string) (clarion.Topic, error) {
	var t clarion.Topic
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return clarion.Topic{}, fmt.Errorf("read topic %s: %w", id, err)
	}
	return t, nil
}

// deleteTopic removes a topic with what was only of use to it, and stores what waited in it as cancelled, unless
// something else waits in it, or one of them was changed.
//
// KEYS: topics:{ws}, topicnames:{ws}, feeds:{ws}, queue:{ws}:<topic>, known:{ws}:<topic>, suggestions:{ws}:<topic>,
// campaign:{ws}: (the campaigns' keys begin with it)
// ARGV: topic; then for each campaign in the queue, in its order, its id, its JSON, and the revision that it replaces
// Returns: 1, 0 when the queue is another one, -1 when there is no such topic
var deleteTopic = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return -1
end
local queue = redis.call('LRANGE', KEYS[4], 0, -1)
if #queue * 3 ~= #ARGV - 1 then
  return 0
end
for i, id in ipairs(queue) do
  local stored = redis.call('GET', KEYS[7] .. id)
  if id ~= ARGV[3 * i - 1] or not stored or (cjson.decode(stored).revision or 0) ~= tonumber(ARGV[3 * i + 1]) then
    return 0
  end
end
for i, id in ipairs(queue) do
  redis.call('SET', KEYS[7] .. id, ARGV[3 * i])
end
local names = redis.call('HGETALL', KEYS[2])
for i = 1, #names, 2 do
  if names[i + 1] == ARGV[1] then
    redis.call('HDEL', KEYS[2], names[i])
  end
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
return 1
`)

// DeleteTopic removes a topic with its queue, its suggestions and what is known of its feed, in one step.
// Cancelled are the campaigns that wait in it, as Queue returns them, each one revision further: they stay as they
// are given. The error is [ErrRevised] when the queue is not those, and [clarion.ErrNotFound] when there is no such
// topic. Campaigns that have gone out stay as they are.
func (w *Workspace) DeleteTopic(ctx context.Context, id clarion.TopicID, cancelled []clarion.Campaign) error {
	args := []any{string(id)}
	for _, c := range cancelled {
		text, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("write campaign %s: %w", c.ID, err)
		}
		args = append(args, string(c.ID), text, c.Revision-1)
	}
	topic := string(id)
	keys := []string{
		w.key(topicsKey), w.key(topicNamesKey), w.key(feedsKey), w.under(queuePrefix, topic), w.under(knownPrefix, topic),
		w.under(suggestionsPrefix, topic), w.prefix(campaignPrefix),
	}
	answer, err := deleteTopic.Run(ctx, w.rdb, keys, args...).Int()
	for _, c := range cancelled {
		w.s.campaigns.Remove(campaignIn{w.id, c.ID})
	}
	switch {
	case err != nil:
	case answer < 0:
		err = clarion.ErrNotFound
	case answer == 0:
		return fmt.Errorf("delete topic %s: %w", id, ErrRevised)
	}
	return failed(err, "delete topic %s", id)
}

// A TopicState is how a topic stands.
type TopicState struct {
	Waiting     int // campaigns in its queue
	Suggestions int // that wait to be decided on
	Feed        FeedState
}

// TopicStates says how topics stand, in their order.
func (w *Workspace) TopicStates(ctx context.Context, topics []clarion.Topic) ([]TopicState, error) {
	waiting, suggestions := make([]*redis.IntCmd, len(topics)), make([]*redis.IntCmd, len(topics))
	var feeds *redis.MapStringStringCmd
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		feeds = p.HGetAll(ctx, w.key(feedsKey))
		for i, t := range topics {
			waiting[i] = p.LLen(ctx, w.under(queuePrefix, string(t.ID)))
			suggestions[i] = p.HLen(ctx, w.under(suggestionsPrefix, string(t.ID)))
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "read how topics stand")
	}
	states := make([]TopicState, len(topics))
	for i, t := range topics {
		states[i] = TopicState{Waiting: int(waiting[i].Val()), Suggestions: int(suggestions[i].Val())}
		if states[i].Feed, err = unpackFeedState(t, feeds.Val()[string(t.ID)]); err != nil {
			return nil, err
		}
	}
	return states, nil
}
