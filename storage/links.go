package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A link is stored as bytes: the version of the form, campaign, partner, network, and to its end the
// workspace. A page likewise, with its turn instead of the network. Some 45 bytes.
const packedForm = 2

func packLink(l clarion.ShareLink) []byte {
	b := append(make([]byte, 0, 56), packedForm)
	b = appendID(appendID(b, string(l.Campaign)), string(l.Partner))
	return append(appendListed(b, rowNetworks, string(l.Network)), l.Workspace...)
}

func packPage(p clarion.SharePage) []byte {
	b := append(make([]byte, 0, 56), packedForm)
	b = appendID(appendID(b, string(p.Campaign)), string(p.Partner))
	return append(binary.AppendVarint(b, int64(p.Turn)), p.Workspace...)
}

var errPacked = errors.New("not a record of a link or page")

func unpackLink(code clarion.Code, packed string) (clarion.ShareLink, error) {
	r := rowReader{rest: []byte(packed)}
	if form := r.take(1); r.failed || form[0] != packedForm {
		return clarion.ShareLink{}, errPacked
	}
	l := clarion.ShareLink{
		Code: code, Campaign: clarion.CampaignID(r.id()), Partner: clarion.PartnerID(r.id()), Network: clarion.Network(r.listed(rowNetworks)),
	}
	if l.Workspace = clarion.WorkspaceID(r.rest); r.failed {
		return clarion.ShareLink{}, errPacked
	}
	return l, nil
}

func unpackPage(token clarion.Token, packed string) (clarion.SharePage, error) {
	r := rowReader{rest: []byte(packed)}
	if form := r.take(1); r.failed || form[0] != packedForm {
		return clarion.SharePage{}, errPacked
	}
	p := clarion.SharePage{Token: token, Campaign: clarion.CampaignID(r.id()), Partner: clarion.PartnerID(r.id()), Turn: int(r.number())}
	if p.Workspace = clarion.WorkspaceID(r.rest); r.failed {
		return clarion.SharePage{}, errPacked
	}
	return p, nil
}

// Link returns the share link of a code, or [clarion.ErrNotFound]. A link never changes, so the process
// keeps it and answers also when Redis does not. A code that does not exist is taken to be missing for five
// seconds.
func (s *Storage) Link(ctx context.Context, code clarion.Code) (clarion.ShareLink, error) {
	if link, ok := s.links.Get(code); ok {
		return link, nil
	}
	if until, ok := s.missing.Get(code); ok && s.now().Before(until) {
		return clarion.ShareLink{}, failed(clarion.ErrNotFound, "read link %s", code)
	}
	packed, err := s.rdb.HGet(ctx, linksKey(code), string(code)).Result()
	if errors.Is(err, redis.Nil) {
		s.missing.Add(code, s.now().Add(missingFor))
	}
	if err != nil {
		return clarion.ShareLink{}, failed(err, "read link %s", code)
	}
	link, err := unpackLink(code, packed)
	if err != nil {
		return clarion.ShareLink{}, fmt.Errorf("read link %s: %w", code, err)
	}
	s.links.Add(code, link)
	return link, nil
}

// A keptPage is a share page as it was read. It can be taken back, so it is not kept for long.
type keptPage struct {
	page   clarion.SharePage
	readAt time.Time
}

// SharePage returns the share page of a token, or [clarion.ErrNotFound]. It can be five seconds old, and when
// Redis does not answer, it is what was read before.
func (s *Storage) SharePage(ctx context.Context, token clarion.Token) (clarion.SharePage, error) {
	kept, ok := s.pages.Get(token)
	now := s.now()
	if age := now.Sub(kept.readAt); ok && age >= 0 && age < freshFor {
		return kept.page, nil
	}
	// The token is a secret and stays out of the error.
	packed, err := s.rdb.HGet(ctx, pagesKey(token), string(token)).Result()
	if err != nil {
		err = failed(err, "read a share page")
		if ok && errors.Is(err, clarion.ErrUnavailable) {
			return kept.page, nil
		}
		s.pages.Remove(token)
		return clarion.SharePage{}, err
	}
	page, err := unpackPage(token, packed)
	if err != nil {
		return clarion.SharePage{}, fmt.Errorf("read a share page: %w", err)
	}
	s.pages.Add(token, keptPage{page, now})
	return page, nil
}

// takeTurn gives a partner the next turn of the store for a campaign, once, and says which page is the
// partner's now.
//
// KEYS: tally:{ws}:<campaign>:<partner>, turns:{ws}:<campaign>, works:{ws}
// ARGV: partner
// Returns: how often the page was taken back, and the turn, from 0
var takeTurn = redis.NewScript(`
local read = redis.call('HMGET', KEYS[1], 'page', 'turn')
if not read[2] then
  local store = redis.call('HGET', KEYS[3], ARGV[1]) or ''
  read[2] = redis.call('HINCRBY', KEYS[2], store, 1) - 1
  redis.call('HSET', KEYS[1], 'turn', read[2])
end
return {tonumber(read[1] or '0'), tonumber(read[2])}
`)

// SharePageOf returns a partner's page for a campaign, without storing it: see Share.
func (w *Workspace) SharePageOf(ctx context.Context, c clarion.CampaignID, p clarion.PartnerID) (clarion.SharePage, error) {
	secret, err := w.Secret(ctx)
	if err != nil {
		return clarion.SharePage{}, err
	}
	keys := []string{w.shared(tallyPrefix, c, p), w.under(turnsPrefix, string(c)), w.key(worksKey)}
	read, err := takeTurn.Run(ctx, w.rdb, keys, string(p)).Int64Slice()
	if err != nil || len(read) != 2 {
		return clarion.SharePage{}, failed(err, "read which page is that of partner %s for campaign %s", p, c)
	}
	return clarion.NewSharePage(secret, w.id, c, p, int(read[0]), int(read[1])), nil
}

// Share returns a partner's page for a campaign, and the links for the networks in the given order. They
// are derived from the workspace's secret and stored when they are new; the same arguments always give the
// same links, and the same page until it is taken back.
func (w *Workspace) Share(ctx context.Context, c clarion.CampaignID, p clarion.PartnerID, networks []clarion.Network) (clarion.SharePage, []clarion.ShareLink, error) {
	page, err := w.SharePageOf(ctx, c, p)
	if err != nil {
		return clarion.SharePage{}, nil, err
	}
	secret, err := w.Secret(ctx)
	if err != nil {
		return clarion.SharePage{}, nil, err
	}
	links := make([]clarion.ShareLink, len(networks))
	for i, n := range networks {
		links[i] = clarion.NewShareLink(secret, w.id, c, p, n)
	}
	if err := w.s.putLinks(ctx, &page, links); err != nil {
		return clarion.SharePage{}, nil, failed(err, "store the links of partner %s for campaign %s", p, c)
	}
	return page, links, nil
}

// OfficialLink returns the campaign's link for the company's own channels, and stores it when it is new.
func (w *Workspace) OfficialLink(ctx context.Context, c clarion.CampaignID) (clarion.ShareLink, error) {
	secret, err := w.Secret(ctx)
	if err != nil {
		return clarion.ShareLink{}, err
	}
	link := clarion.NewOfficialLink(secret, w.id, c)
	err = w.s.putLinks(ctx, nil, []clarion.ShareLink{link})
	return link, failed(err, "store the official link of campaign %s", c)
}

// putLinks stores links, and a page unless it is nil. They lie in many slots, so this is a pipeline and not a
// transaction. When it breaks off, what was stored is what the next call stores again.
func (s *Storage) putLinks(ctx context.Context, page *clarion.SharePage, links []clarion.ShareLink) error {
	_, err := s.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		if page != nil {
			pipe.HSetNX(ctx, pagesKey(page.Token), string(page.Token), packPage(*page))
		}
		for _, link := range links {
			pipe.HSetNX(ctx, linksKey(link.Code), string(link.Code), packLink(link))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if page != nil {
		s.pages.Add(page.Token, keptPage{*page, s.now()})
	}
	for _, link := range links {
		s.links.Add(link.Code, link)
	}
	return nil
}

// RevokePage takes a partner's page for a campaign back: its token opens nothing any more, after five seconds
// at most, and Share gives another. The links stay what they are. It is [clarion.ErrNotFound] when there is
// no page to take back. When it was interrupted, repeating it does the rest.
func (w *Workspace) RevokePage(ctx context.Context, c clarion.CampaignID, p clarion.PartnerID) error {
	tally := w.shared(tallyPrefix, c, p)
	read, err := w.rdb.HMGet(ctx, tally, "page", "turn").Result()
	if err == nil && read[1] == nil {
		err = clarion.ErrNotFound // nobody has asked for one
	}
	if err != nil {
		return failed(err, "look for the page of partner %s for campaign %s", p, c)
	}
	generation, err := wholeNumber(read[0])
	if err != nil {
		return fmt.Errorf("look for the page of partner %s for campaign %s: %w", p, c, err)
	}
	secret, err := w.Secret(ctx)
	if err != nil {
		return err
	}
	token := func(generation int) clarion.Token {
		return clarion.NewSharePage(secret, w.id, c, p, generation, 0).Token
	}
	now := token(generation)
	has, err := w.rdb.HExists(ctx, pagesKey(now), string(now)).Result()
	if err != nil {
		return failed(err, "look for the page of partner %s for campaign %s", p, c)
	}
	if has {
		// First the next one, so that Share cannot give this one again after it is gone.
		if err := w.rdb.HIncrBy(ctx, tally, "page", 1).Err(); err != nil {
			return failed(err, "take back the page of partner %s for campaign %s", p, c)
		}
		generation++
	}
	if generation == 0 {
		return failed(clarion.ErrNotFound, "take back the page of partner %s for campaign %s", p, c)
	}
	old := token(generation - 1)
	gone, err := w.rdb.HDel(ctx, pagesKey(old), string(old)).Result()
	w.s.pages.Remove(old)
	if err == nil && gone == 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "take back the page of partner %s for campaign %s", p, c)
}

// wholeNumber reads what a hash has in a field; a field that is not there is 0.
func wholeNumber(v any) (int, error) {
	if v == nil {
		return 0, nil
	}
	return strconv.Atoi(fmt.Sprint(v))
}
