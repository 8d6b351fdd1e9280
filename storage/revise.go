package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// ErrRevised says that somebody else has changed a campaign since it was read.
var ErrRevised = errors.New("somebody else has changed it meanwhile")

// A Revision is a change of a campaign, with all that follows from it.
type Revision struct {
	// Campaign is the new one. Its Revision is one more than that of the stored one.
	Campaign clarion.Campaign
	// Drop and Deliveries are added, or take the place of those with the same ids that are not posted: so a drop
	// is moved to another time. One that is claimed is taken from whoever has it, who records a post that it has
	// begun and nothing else; nobody claims it before that claim would have lapsed, or one in doubt before it would have
	// been looked for. A zero Drop is left out.
	Drop       clarion.Drop
	Deliveries []clarion.Delivery
	// Titles are those among which the new title was found to be free; zero: it is not compared with others.
	Titles Titles
	// Withdraw takes back what is not posted yet, before Deliveries are added. What is in doubt is left as it is: whoever
	// claims it next finds its post, which is then changed as all posts are, or finds none, and withdraws it. Reminders
	// count as not sent: once the campaign runs again, Remind adds those again that were withdrawn.
	Withdraw bool
}

// revise replaces a campaign and changes its deliveries, unless somebody else has changed it. It keeps the campaign in
// the queue of its topic exactly while it waits there.
//
// KEYS: campaign:{ws}:<campaign>, drops:{ws}:<campaign>, deliveries:{ws}:<campaign>, delivery:{ws}: (the
// deliveries' keys begin with it), due:{ws}, living:{ws}, failed:{ws}, queue:{ws}: (the queues' keys begin with it),
// topics:{ws}, approvals:{ws}, reminders:{ws}, titles:{ws}, run:{ws}:reminder:<campaign>: (the keys removed here begin
// with it)
// ARGV: the campaign's JSON, the revision that it replaces, "withdraw" or "", drop or "", its JSON, the campaign, how
// many campaigns a queue has at most, the Titles on top of which it is stored, or 0; then for each new delivery id, JSON,
// when it is due in ms, and group
// Returns: 1, 0 when the campaign has another revision, -1 when there is no such campaign; -2 and -3 as enqueueable; -5
// when the titles are others
var revise = redis.NewScript(inQueue + follow + titles + `
local stored = redis.call('GET', KEYS[1])
if not stored then
  return -1
end
local old, new = cjson.decode(stored), cjson.decode(ARGV[1])
if (old.revision or 0) ~= tonumber(ARGV[2]) then
  return 0
end
if not sameTitles(KEYS[12], ARGV[8]) then
  return -5
end
local refused = enqueueable(KEYS[8], KEYS[9], old, new, ARGV[7])
if refused < 0 then
  return refused
end
requeue(KEYS[8], old, new, ARGV[6])
redis.call('SET', KEYS[1], ARGV[1])
follow(KEYS[10], KEYS[11], ARGV[6], old, new)
takeTitle(KEYS[12])
for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local key = KEYS[4] .. id
  local is = redis.call('HMGET', key, 'state', 'doubt')
  local state, doubted = is[1], (is[2] or '') ~= ''
  if state == 'posted' then
    redis.call('ZADD', KEYS[6], -1 - ARGV[2], id)
  elseif ARGV[3] == 'withdraw' and state ~= 'withdrawn' then
    if not doubted then
      redis.call('HSET', key, 'state', 'withdrawn')
      redis.call('ZREM', KEYS[5], id)
      redis.call('ZREM', KEYS[7], id)
    end
    local d = cjson.decode(redis.call('HGET', key, 'data'))
    if d.kind == 'reminder' then
      redis.call('DEL', KEYS[13] .. d.subject)
    end
  end
end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
end
for i = 9, #ARGV, 4 do
  local key = KEYS[4] .. ARGV[i]
  local is = redis.call('HMGET', key, 'state', 'doubt')
  if is[1] ~= 'posted' then
    redis.call('HSET', key, 'data', ARGV[i + 1], 'state', 'waiting')
    redis.call('HSETNX', key, 'attempt', '0')
    local due, before = ARGV[i + 2], redis.call('ZSCORE', KEYS[5], ARGV[i])
    if before and (is[1] == 'claimed' or (is[2] or '') ~= '') and tonumber(before) > tonumber(due) then
      due = before
    end
    redis.call('ZADD', KEYS[5], due, ARGV[i])
    redis.call('ZREM', KEYS[7], ARGV[i])
    redis.call('SADD', KEYS[3], ARGV[i])
  end
end
return 1
`)

// Revise changes a campaign and its deliveries in one step, and makes each of its posts due to be brought up to
// date at once. A campaign that begins to wait in a topic goes to the end of the topic's queue, and one that is
// cancelled, or gets its own time, leaves it. The error is [ErrRevised] when the campaign was changed since it was
// read, [ErrTitlesChanged] when another one was stored since the revision's Titles, [clarion.ErrNotFound] when there is no
// such campaign or topic, and [ErrQueueFull]. Other processes can see the earlier campaign for five seconds more.
func (w *Workspace) Revise(ctx context.Context, r Revision) error {
	c := r.Campaign
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write campaign %s: %w", c.ID, err)
	}
	what, drop := "", []byte(nil)
	if r.Withdraw {
		what = "withdraw"
	}
	if r.Drop.ID != "" {
		if drop, err = json.Marshal(r.Drop); err != nil {
			return fmt.Errorf("write drop %s: %w", r.Drop.ID, err)
		}
	}
	added, err := deliveryArgs(r.Deliveries)
	if err != nil {
		return err
	}
	keys := []string{
		w.under(campaignPrefix, string(c.ID)), w.under(dropsPrefix, string(c.ID)), w.under(indexPrefix, string(clarion.GroupOf(c.ID))),
		w.prefix(deliveryPrefix), w.key(dueKey), w.key(livingKey), w.key(failedKey), w.prefix(queuePrefix), w.key(topicsKey), w.key(approvalsKey), w.key(remindersKey),
		w.key(titlesKey), w.runKey(remindJob, Reminders{Campaign: c.ID}.period()),
	}
	args := append([]any{text, c.Revision - 1, what, r.Drop.ID, drop, string(c.ID), clarion.MaxQueue, int64(r.Titles)}, added...)
	answer, err := revise.Run(ctx, w.rdb, keys, args...).Int()
	w.s.campaigns.Remove(campaignIn{w.id, c.ID})
	switch {
	case err != nil:
	case answer == -1:
		err = clarion.ErrNotFound
	case answer < 0:
		return fmt.Errorf("change campaign %s: %w", c.ID, refusedCampaign(answer))
	case answer == 0:
		return fmt.Errorf("change campaign %s: %w", c.ID, ErrRevised)
	}
	return failed(err, "change campaign %s", c.ID)
}

// FreshCampaign returns a campaign as it stands now, or [clarion.ErrNotFound]: what is to be changed, or must not
// be posted when it was taken back a moment ago, is read by it.
func (w *Workspace) FreshCampaign(ctx context.Context, id clarion.CampaignID) (clarion.Campaign, error) {
	w.s.campaigns.Remove(campaignIn{w.id, id})
	text, err := w.rdb.Get(ctx, w.under(campaignPrefix, string(id))).Bytes()
	if err != nil {
		return clarion.Campaign{}, failed(err, "read campaign %s", id)
	}
	c, err := unpackCampaign(id, text)
	if err == nil {
		w.s.campaigns.Add(campaignIn{w.id, id}, keptCampaign{c, w.s.now()})
	}
	return c, err
}
