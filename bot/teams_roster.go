package bot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// At a launch everybody presses within minutes, and whoever is met for the first time is looked up. The service takes
// some 50 calls a second, so one by one that would take 26,000 people nine minutes: a channel's members are read
// together, 500 with a call, when the first of them is looked up.

const (
	rosterLife     = 10 * time.Minute // how long it is believed who is in a channel
	rosterPatience = 2 * time.Second  // how long somebody waits for the others to be read
	rosterPages    = 60               // at most: of 500 members
	rostersKept    = 2000
)

// A roster is who is in a channel, by their ids in the company's directory.
type roster struct {
	read    chan struct{} // closed when all are there
	members map[clarion.Identity]teamsMember
}

// inRoster returns a person as the members of a channel are listed. It says false when they are not among them, or are
// not there in time.
func (t *Teams) inRoster(ctx context.Context, where meeting, p chat.Person) (teamsMember, bool) {
	if kindOf(where.conversation) != inChannel {
		return teamsMember{}, false
	}
	t.rostersMu.Lock()
	r, ok := t.rosters.Get(where.conversation)
	if !ok {
		r = &roster{read: make(chan struct{})}
		t.rosters.Add(where.conversation, r)
		t.run.background(ctx, "members of a channel", func(ctx context.Context) {
			defer close(r.read)
			members, err := t.members(ctx, where, func(teamsMember) bool { return false })
			if err != nil {
				t.cfg.Logger.Warn("the members of a channel are not known; people are looked up one by one", "error", err)
			}
			r.members = members
		})
	}
	t.rostersMu.Unlock()
	patience := time.NewTimer(rosterPatience)
	defer patience.Stop()
	select {
	case <-r.read:
		m, ok := r.members[p.Identity()]
		return m, ok
	case <-patience.C:
	case <-ctx.Done():
	}
	return teamsMember{}, false
}

// members reads who is in a conversation, until all are there or enough says so. With an error it returns those that it
// has.
func (t *Teams) members(ctx context.Context, where meeting, enough func(teamsMember) bool) (map[clarion.Identity]teamsMember, error) {
	all := map[clarion.Identity]teamsMember{}
	address := serviceAddress(where.service, "v3", "conversations", where.conversation, "pagedmembers") + "?pageSize=500"
	token := ""
	for range rosterPages {
		var page struct {
			Members []teamsMember `json:"members"`
			Token   string        `json:"continuationToken"`
		}
		next := address
		if token != "" {
			next += "&continuationToken=" + url.QueryEscape(token)
		}
		if err := t.service.do(ctx, call{method: http.MethodGet, url: next, patience: replyPatience}, &page); err != nil {
			return all, fmt.Errorf("asking Teams for the members of a channel: %w", err)
		}
		for _, m := range page.Members {
			all[m.person().Identity()] = m
			if enough(m) {
				return all, nil
			}
		}
		if token = page.Token; token == "" {
			break
		}
	}
	return all, nil
}
