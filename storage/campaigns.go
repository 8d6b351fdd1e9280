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

// freshFor is how old a campaign can be when it comes from the process.
const freshFor = 5 * time.Second

type campaignIn struct {
	workspace clarion.WorkspaceID
	id        clarion.CampaignID
}

type keptCampaign struct {
	campaign clarion.Campaign
	readAt   time.Time
}

// PutCampaign creates or replaces a campaign. Other processes can see the earlier one for five seconds more.
func (w *Workspace) PutCampaign(ctx context.Context, c clarion.Campaign) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write campaign %s: %w", c.ID, err)
	}
	_, err = w.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, w.under(campaignPrefix, string(c.ID)), text, 0)
		p.ZAdd(ctx, w.key(campaignsKey), redis.Z{Score: float64(c.CreatedAt.UnixMilli()), Member: string(c.ID)})
		p.Incr(ctx, w.key(titlesKey))
		return nil
	})
	w.s.campaigns.Remove(campaignIn{w.id, c.ID})
	return failed(err, "store campaign %s", c.ID)
}

// Campaign returns a campaign, or [clarion.ErrNotFound]. It can be five seconds old; when Redis does not
// answer and the process has read the campaign before, it is what was read then. The campaign is shared
// between callers, who must not change what its slices hold.
func (w *Workspace) Campaign(ctx context.Context, id clarion.CampaignID) (clarion.Campaign, error) {
	in := campaignIn{w.id, id}
	kept, ok := w.s.campaigns.Get(in)
	now := w.s.now()
	if age := now.Sub(kept.readAt); ok && age >= 0 && age < freshFor {
		return kept.campaign, nil
	}
	text, err := w.rdb.Get(ctx, w.under(campaignPrefix, string(id))).Bytes()
	if err != nil {
		err = failed(err, "read campaign %s", id)
		if ok && errors.Is(err, clarion.ErrUnavailable) {
			return kept.campaign, nil
		}
		return clarion.Campaign{}, err
	}
	c, err := unpackCampaign(id, text)
	if err == nil {
		w.s.campaigns.Add(in, keptCampaign{c, now})
	}
	return c, err
}

func unpackCampaign(id clarion.CampaignID, text []byte) (clarion.Campaign, error) {
	var c clarion.Campaign
	if err := json.Unmarshal(text, &c); err != nil {
		return clarion.Campaign{}, fmt.Errorf("read campaign %s: %w", id, err)
	}
	return c, nil
}

// Campaigns returns the campaigns that were created last, newest first.
func (w *Workspace) Campaigns(ctx context.Context, limit int) ([]clarion.Campaign, error) {
	return w.campaigns(ctx, 0, limit)
}

// lookedThrough bounds how many campaigns CampaignsThat looks through.
const lookedThrough = 500

// CampaignsThat returns the campaigns that were created last and fit, newest first and no more than limit. It looks
// through the newest 500, so that what is planned weeks ahead does not keep older ones out of sight.
func (w *Workspace) CampaignsThat(ctx context.Context, limit int, fit func(clarion.Campaign) bool) ([]clarion.Campaign, error) {
	var found []clarion.Campaign
	seen := make(map[clarion.CampaignID]bool) // one that is created meanwhile moves the others on
	for start, size := 0, limit; len(found) < limit && start < lookedThrough; start, size = start+size, 2*size {
		size = min(size, lookedThrough-start)
		page, err := w.campaigns(ctx, start, size)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if len(found) < limit && !seen[c.ID] && fit(c) {
				found = append(found, c)
			}
			seen[c.ID] = true
		}
		if len(page) < size {
			break
		}
	}
	return found, nil
}

// campaigns returns so many campaigns behind the start-th newest.
func (w *Workspace) campaigns(ctx context.Context, start, size int) ([]clarion.Campaign, error) {
	if size <= 0 {
		return nil, nil
	}
	ids, err := w.rdb.ZRevRange(ctx, w.key(campaignsKey), int64(start), int64(start)+int64(size)-1).Result()
	if err != nil || len(ids) == 0 {
		return nil, failed(err, "read which campaigns there are")
	}
	return w.readCampaigns(ctx, ids)
}

// readCampaigns returns campaigns as they stand now, in the order of their ids.
func (w *Workspace) readCampaigns(ctx context.Context, ids []string) ([]clarion.Campaign, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = w.under(campaignPrefix, id)
	}
	texts, err := w.rdb.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, failed(err, "read %d campaigns", len(ids))
	}
	campaigns := make([]clarion.Campaign, 0, len(ids))
	for i, text := range texts {
		s, ok := text.(string)
		if !ok {
			return nil, failed(clarion.ErrNotFound, "read campaign %s", ids[i])
		}
		c, err := unpackCampaign(clarion.CampaignID(ids[i]), []byte(s))
		if err != nil {
			return nil, err
		}
		campaigns = append(campaigns, c)
	}
	return campaigns, nil
}

// PutDraft keeps a half-filled form, as JSON, for a time.
func (w *Workspace) PutDraft(ctx context.Context, id string, d any, ttl time.Duration) error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write draft %s: %w", id, err)
	}
	return failed(w.rdb.Set(ctx, w.under(draftPrefix, id), text, ttl).Err(), "store draft %s", id)
}

// Draft reads a draft into a pointer, or returns [clarion.ErrExpired] when it is gone.
func (w *Workspace) Draft(ctx context.Context, id string, into any) error {
	text, err := w.rdb.Get(ctx, w.under(draftPrefix, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return fmt.Errorf("read draft %s: %w", id, clarion.ErrExpired)
	}
	if err != nil {
		return failed(err, "read draft %s", id)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read draft %s: %w", id, err)
	}
	return nil
}

// plan stores a campaign with its drop and deliveries, unless the campaign exists, and puts it into its topic's queue
// when it waits for its turn there.
//
// KEYS: campaign:{ws}:<campaign>, campaigns:{ws}, drops:{ws}:<campaign>, delivery:{ws}:,
// deliveries:{ws}: (the keys made here begin with the last two), due:{ws}, queue:{ws}: (likewise), topics:{ws},
// suggestions:{ws}:<topic>, known:{ws}:<topic>,
// approvals:{ws}, reminders:{ws}, titles:{ws}
// ARGV: campaign, its JSON, when it was created in ms, drop or "", its JSON, how many campaigns a queue has at most,
// "accept" when it comes of a suggestion, "arrive" when it comes of a feed, or "", the item that it comes of, the Titles
// on top of which it is stored, or 0; then for each delivery what addDelivery says
// Returns: 1, or 0 when the campaign exists, or its item is known; -2 and -3 as enqueueable; -4 when the suggestion is
// decided already; -5 when the titles are others
var plan = redis.NewScript(addDelivery + inQueue + follow + titles + `
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
if ARGV[7] == 'arrive' and redis.call('ZSCORE', KEYS[10], ARGV[8]) then
  return 0
end
if ARGV[7] == 'accept' and redis.call('HEXISTS', KEYS[9], ARGV[8]) == 0 then
  return -4
end
if not sameTitles(KEYS[13], ARGV[9]) then
  return -5
end
local new = cjson.decode(ARGV[2])
local refused = enqueueable(KEYS[7], KEYS[8], nil, new, ARGV[6])
if refused < 0 then
  return refused
end
if ARGV[7] == 'arrive' then
  redis.call('ZADD', KEYS[10], ARGV[3], ARGV[8])
elseif ARGV[7] == 'accept' then
  redis.call('HDEL', KEYS[9], ARGV[8])
end
requeue(KEYS[7], nil, new, ARGV[1])
redis.call('SET', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[5])
end
follow(KEYS[11], KEYS[12], ARGV[1], {}, new)
takeTitle(KEYS[13])
for i = 10, #ARGV, 4 do
  addDelivery(KEYS[4], KEYS[5], KEYS[6], i)
end
return 1
`)

// Plan stores a campaign, its drop and the drop's deliveries together, or, when the campaign's id exists,
// nothing: so a confirmation that is pressed twice plans once. It says whether it stored them. A campaign that
// waits for its turn in a topic has no drop yet: it goes to the end of the topic's queue. The error can be
// [ErrQueueFull], and [clarion.ErrNotFound] when the topic is gone.
func (w *Workspace) Plan(ctx context.Context, c clarion.Campaign, d clarion.Drop, deliveries []clarion.Delivery) (created bool, err error) {
	return w.plan(ctx, 0, c, d, deliveries, "", "")
}

// PlanOn is Plan for a campaign whose title was found to be free at a moment. It stores nothing, and the error is
// [ErrTitlesChanged], when another campaign was stored since.
func (w *Workspace) PlanOn(ctx context.Context, seen Titles, c clarion.Campaign, d clarion.Drop, deliveries []clarion.Delivery) (created bool, err error) {
	return w.plan(ctx, seen, c, d, deliveries, "", "")
}

// PlanSuggestion is PlanOn for a campaign that comes of a suggestion, and waits in its topic. The suggestion is decided
// by it in the same step. The error can be [ErrDecided], too.
func (w *Workspace) PlanSuggestion(ctx context.Context, seen Titles, id clarion.SuggestionID, c clarion.Campaign) (created bool, err error) {
	return w.plan(ctx, seen, c, clarion.Drop{}, nil, "accept", id)
}

// PlanItem is PlanOn for a campaign that comes of an item of its topic's feed, without anybody being asked. It
// plans nothing when the item is known.
func (w *Workspace) PlanItem(ctx context.Context, seen Titles, i clarion.Item, c clarion.Campaign) (created bool, err error) {
	return w.plan(ctx, seen, c, clarion.Drop{}, nil, "arrive", clarion.Suggestion{Topic: c.Topic, Item: i}.ID())
}

func (w *Workspace) plan(ctx context.Context, seen Titles, c clarion.Campaign, d clarion.Drop, deliveries []clarion.Delivery, comes string, from clarion.SuggestionID) (created bool, err error) {
	campaign, err := json.Marshal(c)
	if err != nil {
		return false, fmt.Errorf("write campaign %s: %w", c.ID, err)
	}
	drop, err := json.Marshal(d)
	if err != nil {
		return false, fmt.Errorf("write drop %s: %w", d.ID, err)
	}
	rest, err := deliveryArgs(deliveries)
	if err != nil {
		return false, err
	}
	topic, item := from.Parts()
	keys := []string{
		w.under(campaignPrefix, string(c.ID)), w.key(campaignsKey), w.under(dropsPrefix, string(c.ID)),
		w.prefix(deliveryPrefix), w.prefix(indexPrefix), w.key(dueKey), w.prefix(queuePrefix), w.key(topicsKey),
		w.under(suggestionsPrefix, string(topic)), w.under(knownPrefix, string(topic)), w.key(approvalsKey), w.key(remindersKey),
		w.key(titlesKey),
	}
	args := append([]any{
		string(c.ID), campaign, c.CreatedAt.UnixMilli(), d.ID, drop, clarion.MaxQueue, comes, string(item), int64(seen),
	}, rest...)
	answer, err := plan.Run(ctx, w.rdb, keys, args...).Int()
	if err == nil && answer < 0 {
		return false, fmt.Errorf("plan campaign %s: %w", c.ID, refusedCampaign(answer))
	}
	return answer == 1, failed(err, "plan campaign %s", c.ID)
}

// Drops returns a campaign's drops, in the order of their times.
func (w *Workspace) Drops(ctx context.Context, id clarion.CampaignID) ([]clarion.Drop, error) {
	texts, err := w.rdb.HGetAll(ctx, w.under(dropsPrefix, string(id))).Result()
	if err != nil {
		return nil, failed(err, "read the drops of campaign %s", id)
	}
	drops := make([]clarion.Drop, 0, len(texts))
	for drop, text := range texts {
		var d clarion.Drop
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return nil, fmt.Errorf("read drop %s: %w", drop, err)
		}
		drops = append(drops, d)
	}
	slices.SortFunc(drops, func(a, b clarion.Drop) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return drops, nil
}
