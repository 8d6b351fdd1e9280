package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// ErrQueueFull says that [clarion.MaxQueue] campaigns wait in a topic.
var ErrQueueFull = errors.New("the topic's queue is full")

// inQueue has functions for scripts that keep a campaign in the queue of its topic exactly while it waits there:
// it has a topic, no end, and was not cancelled. The queue of a topic is a list whose key begins with queues; the
// first campaign is the next to go out.
//
// enqueueable returns 0 when the decoded campaign can be put into its queue, or need not; -2 when its topic is
// gone, and -3 when the queue is full. requeue puts it there, or takes its former self out.
const inQueue = `
local function waits(c)
  return c and c.topic and not c.cancelled and string.sub(c.ends, 1, 4) == '0001'
end
local function stays(old, new)
  return waits(old) and waits(new) and old.topic == new.topic
end
local function enqueueable(queues, topics, old, new, most)
  if not waits(new) or stays(old, new) then
    return 0
  end
  if redis.call('HEXISTS', topics, new.topic) == 0 then
    return -2
  end
  if redis.call('LLEN', queues .. new.topic) >= tonumber(most) then
    return -3
  end
  return 0
end
local function requeue(queues, old, new, id)
  if stays(old, new) then
    return
  end
  if waits(old) then
    redis.call('LREM', queues .. old.topic, 0, id)
  end
  if waits(new) then
    redis.call('RPUSH', queues .. new.topic, id)
  end
end
`

// refusedCampaign explains why a script has not stored a campaign: what the functions of inQueue refuse, a suggestion
// that is decided, and other titles.
func refusedCampaign(answer int) error {
	switch answer {
	case -2:
		return fmt.Errorf("the campaign's topic: %w", clarion.ErrNotFound)
	case -3:
		return ErrQueueFull
	case -4:
		return ErrDecided
	case -5:
		return ErrTitlesChanged
	}
	return nil
}

// Queue returns the campaigns that wait in a topic, the next one to go out first. A topic that is gone has none.
func (w *Workspace) Queue(ctx context.Context, topic clarion.TopicID) ([]clarion.Campaign, error) {
	ids, err := w.rdb.LRange(ctx, w.under(queuePrefix, string(topic)), 0, -1).Result()
	if err != nil || len(ids) == 0 {
		return nil, failed(err, "read the queue of topic %s", topic)
	}
	return w.readCampaigns(ctx, ids)
}

// moveUp puts a campaign one place further to the front.
//
// KEYS: queue:{ws}:<topic>
// ARGV: campaign
// Returns: its new place, from 0; -1 when it is not in the queue
var moveUp = redis.NewScript(`
local queue = redis.call('LRANGE', KEYS[1], 0, -1)
for i, id in ipairs(queue) do
  if id == ARGV[1] then
    if i == 1 then
      return 0
    end
    redis.call('LSET', KEYS[1], i - 2, id)
    redis.call('LSET', KEYS[1], i - 1, queue[i - 1])
    return i - 2
  end
end
return -1
`)

// MoveUp lets a campaign go out before the one that is before it in its topic's queue. The first stays the first.
// It is [clarion.ErrNotFound] when the campaign does not wait there.
func (w *Workspace) MoveUp(ctx context.Context, topic clarion.TopicID, c clarion.CampaignID) error {
	place, err := moveUp.Run(ctx, w.rdb, []string{w.under(queuePrefix, string(topic))}, string(c)).Int()
	if err == nil && place < 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "move campaign %s up in topic %s", c, topic)
}

// A TopicTurn is what goes out of a topic's queue at one turn.
type TopicTurn struct {
	Topic  clarion.Topic // as it was read
	Period string        // names the turn
	// Waiting is how many campaigns were in the queue.
	Waiting int
	// Campaign goes out: one revision further, with its times. Zero: none of the queue can.
	Campaign   clarion.Campaign
	Drop       clarion.Drop
	Deliveries []clarion.Delivery
	// Notice is added when nothing is left in the queue after Campaign, or when none of the queue can go out.
	// Without an id there is none.
	Notice clarion.Delivery
}

// takeTopicTurn lets a campaign go out of a topic's queue, unless the topic has had its turn.
//
// KEYS: run:{ws}:topic:<topic>:<period>, topics:{ws}, queue:{ws}:<topic>, campaign:{ws}:<campaign>,
// drops:{ws}:<campaign>, delivery:{ws}:, deliveries:{ws}: (the keys made here begin with these), due:{ws},
// approvals:{ws}, reminders:{ws}
// ARGV: topic, its revision, seconds that it is known that it had its turn, how many waited in the queue, campaign or
// "", its JSON, the revision that it replaces, drop, its JSON, "notice" or ""; then for each delivery what addDelivery
// says, the notice last
// Returns: 1; 0 when the topic has had its turn; -1 when topic, queue or campaign were changed
var takeTopicTurn = redis.NewScript(addDelivery + follow + `
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local topic = redis.call('HGET', KEYS[2], ARGV[1])
if not topic or (cjson.decode(topic).revision or 0) ~= tonumber(ARGV[2]) then
  return -1
end
local last = #ARGV
local tell = ARGV[10] == 'notice'
if tell then
  last = last - 4
end
if ARGV[5] == '' then
  if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[4]) then
    return -1
  end
else
  local stored = redis.call('GET', KEYS[4])
  if not stored or (cjson.decode(stored).revision or 0) ~= tonumber(ARGV[7]) then
    return -1
  end
  if redis.call('LREM', KEYS[3], 1, ARGV[5]) == 0 then
    return -1
  end
  redis.call('SET', KEYS[4], ARGV[6])
  follow(KEYS[9], KEYS[10], ARGV[5], cjson.decode(stored), cjson.decode(ARGV[6]))
  redis.call('HSET', KEYS[5], ARGV[8], ARGV[9])
  for i = 11, last, 4 do
    addDelivery(KEYS[6], KEYS[7], KEYS[8], i)
  end
  tell = tell and redis.call('LLEN', KEYS[3]) == 0
end
if tell then
  addDelivery(KEYS[6], KEYS[7], KEYS[8], last + 1)
end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[3])
return 1
`)

// TakeTurn lets a campaign go out of a topic's queue, with its drop and deliveries, and remembers that the topic has
// had its turn, in one step: whichever process is first, and wherever one is killed, a turn lets out one campaign.
// It says whether this was the turn; it says no, too, to a process that repeats the call because the answer to its
// first was lost. The error is [ErrRevised] when the topic, its queue or the campaign is not as it was read: nothing
// is changed then.
func (w *Workspace) TakeTurn(ctx context.Context, t TopicTurn) (first bool, err error) {
	var campaign, drop []byte
	deliveries := t.Deliveries
	if t.Campaign.ID != "" {
		if campaign, err = json.Marshal(t.Campaign); err != nil {
			return false, fmt.Errorf("write campaign %s: %w", t.Campaign.ID, err)
		}
		if drop, err = json.Marshal(t.Drop); err != nil {
			return false, fmt.Errorf("write drop %s: %w", t.Drop.ID, err)
		}
	} else {
		deliveries = nil
	}
	notice := ""
	if t.Notice.ID != "" {
		notice = "notice"
		deliveries = append(deliveries[:len(deliveries):len(deliveries)], t.Notice)
	}
	rest, err := deliveryArgs(deliveries)
	if err != nil {
		return false, err
	}
	topic, id := string(t.Topic.ID), string(t.Campaign.ID)
	keys := append([]string{
		w.runKey(TopicJob(t.Topic.ID), t.Period), w.key(topicsKey), w.under(queuePrefix, topic),
		w.under(campaignPrefix, id), w.under(dropsPrefix, id),
	}, append(w.deliveryKeys(), w.key(approvalsKey), w.key(remindersKey))...)
	args := append([]any{
		topic, t.Topic.Revision, int(runLife.Seconds()), t.Waiting, id, campaign, t.Campaign.Revision - 1, t.Drop.ID, drop, notice,
	}, rest...)
	answer, err := takeTopicTurn.Run(ctx, w.rdb, keys, args...).Int()
	if id != "" {
		w.s.campaigns.Remove(campaignIn{w.id, t.Campaign.ID})
	}
	if err == nil && answer < 0 {
		return false, fmt.Errorf("take the turn %s of topic %s: %w", t.Period, topic, ErrRevised)
	}
	return answer == 1, failed(err, "take the turn %s of topic %s", t.Period, topic)
}

// TopicJob is the name under which HasRun knows a topic's turns.
func TopicJob(id clarion.TopicID) string { return "topic:" + string(id) }
