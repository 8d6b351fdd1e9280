package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A link is stored as "1", workspace, campaign, partner and network, and a page likewise without network,
// with a tab between; the first is the version of the form.
const packedForm = "1"

func pack(parts ...string) (string, error) {
	for _, p := range parts {
		if strings.ContainsAny(p, "\t\n") {
			return "", fmt.Errorf("%q has a tab or line break in it", p)
		}
	}
	return packedForm + "\t" + strings.Join(parts, "\t"), nil
}

func unpack(packed string, n int) ([]string, error) {
	parts := strings.Split(packed, "\t")
	if parts[0] != packedForm || len(parts) != n+1 {
		return nil, fmt.Errorf("%q is not a record of %d parts", packed, n)
	}
	return parts[1:], nil
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
	packed, err := s.rdb.Get(ctx, linkKey(code)).Result()
	if errors.Is(err, redis.Nil) {
		s.missing.Add(code, s.now().Add(missingFor))
	}
	if err != nil {
		return clarion.ShareLink{}, failed(err, "read link %s", code)
	}
	p, err := unpack(packed, 4)
	if err != nil {
		return clarion.ShareLink{}, fmt.Errorf("read link %s: %w", code, err)
	}
	link := clarion.ShareLink{
		Code: code, Workspace: clarion.WorkspaceID(p[0]), Campaign: clarion.CampaignID(p[1]),
		Partner: clarion.PartnerID(p[2]), Network: clarion.Network(p[3]),
	}
	s.links.Add(code, link)
	return link, nil
}

// SharePage returns the share page of a token, or [clarion.ErrNotFound]. The process keeps it, as it never
// changes.
func (s *Storage) SharePage(ctx context.Context, token clarion.Token) (clarion.SharePage, error) {
	if page, ok := s.pages.Get(token); ok {
		return page, nil
	}
	// The token is a secret and stays out of the error.
	packed, err := s.rdb.Get(ctx, pageKey(token)).Result()
	if err != nil {
		return clarion.SharePage{}, failed(err, "read a share page")
	}
	p, err := unpack(packed, 3)
	if err != nil {
		return clarion.SharePage{}, fmt.Errorf("read a share page: %w", err)
	}
	page := clarion.SharePage{
		Token: token, Workspace: clarion.WorkspaceID(p[0]), Campaign: clarion.CampaignID(p[1]), Partner: clarion.PartnerID(p[2]),
	}
	s.pages.Add(token, page)
	return page, nil
}

// Share returns a partner's page for a campaign, and the links for the networks in the given order. They
// are derived from the workspace's secret and stored when they are new; the same arguments always give the
// same page and links.
func (w *Workspace) Share(ctx context.Context, c clarion.CampaignID, p clarion.PartnerID, networks []clarion.Network) (clarion.SharePage, []clarion.ShareLink, error) {
	secret, err := w.Secret(ctx)
	if err != nil {
		return clarion.SharePage{}, nil, err
	}
	page := clarion.NewSharePage(secret, w.id, c, p)
	links := make([]clarion.ShareLink, len(networks))
	records := make(map[string]string, len(networks)+1)
	if records[pageKey(page.Token)], err = pack(string(w.id), string(c), string(p)); err != nil {
		return clarion.SharePage{}, nil, fmt.Errorf("write a share page: %w", err)
	}
	for i, n := range networks {
		links[i] = clarion.NewShareLink(secret, w.id, c, p, n)
		if records[linkKey(links[i].Code)], err = pack(string(w.id), string(c), string(p), string(n)); err != nil {
			return clarion.SharePage{}, nil, fmt.Errorf("write a link: %w", err)
		}
	}
	// Pages and links lie in many slots, so this is a pipeline and not a transaction. When it breaks off,
	// what was stored is what the next call stores again.
	cmds, err := w.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for key, packed := range records {
			pipe.SetArgs(ctx, key, packed, redis.SetArgs{Mode: "NX"})
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil { // NX answers nil when a key was there already
		return clarion.SharePage{}, nil, failed(err, "store the links of partner %s for campaign %s", p, c)
	}
	w.s.pages.Add(page.Token, page)
	for _, link := range links {
		w.s.links.Add(link.Code, link)
	}
	return page, links, nil
}

// CountVisit adds one to the raw clicks of a link. It is the one call that adds twice when it is repeated
// after its answer was lost: a raw count is an indication, and points never come from it.
func (w *Workspace) CountVisit(ctx context.Context, link clarion.ShareLink) error {
	err := w.rdb.HIncrBy(ctx, w.under(visitsPrefix, string(link.Campaign)), string(link.Code), 1).Err()
	return failed(err, "count a visit of link %s", link.Code)
}

// Clicks are how often a link was visited.
type Clicks struct {
	Raw      int // every visit, also of previews, robots and the sharer
	Credited int // outside persons, each once, also when they gave no points because of a cap
}

// Clicks returns the clicks of a campaign's links, in the order of the codes.
func (w *Workspace) Clicks(ctx context.Context, c clarion.CampaignID, codes []clarion.Code) ([]Clicks, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	fields := make([]string, len(codes))
	for i, code := range codes {
		fields[i] = string(code)
	}
	var raw, credited *redis.SliceCmd
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		raw = p.HMGet(ctx, w.under(visitsPrefix, string(c)), fields...)
		credited = p.HMGet(ctx, w.under(clicksPrefix, string(c)), fields...)
		return nil
	})
	if err != nil {
		return nil, failed(err, "read the clicks of campaign %s", c)
	}
	clicks := make([]Clicks, len(codes))
	for i := range clicks {
		if clicks[i].Raw, err = wholeNumber(raw.Val()[i]); err != nil {
			return nil, fmt.Errorf("read the visits of link %s: %w", codes[i], err)
		}
		if clicks[i].Credited, err = wholeNumber(credited.Val()[i]); err != nil {
			return nil, fmt.Errorf("read the clicks of link %s: %w", codes[i], err)
		}
	}
	return clicks, nil
}

// wholeNumber reads what a hash has in a field; a field that is not there is 0.
func wholeNumber(v any) (int, error) {
	if v == nil {
		return 0, nil
	}
	return strconv.Atoi(fmt.Sprint(v))
}
