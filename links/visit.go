package links

import (
	"context"
	"net/http"
	"strings"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
)

// An outcome says what became of a visit, and why it gave no point when it gave none.
type outcome string

const (
	credited    outcome = "credited"    // a person came for the first time
	capped      outcome = "capped"      // likewise, but the partner has all that the rule gives
	repeated    outcome = "repeat"      // this visitor was counted for this link
	bySharer    outcome = "sharer"      // the partner's own visit
	byHead      outcome = "head"        // asked for the headers only
	prefetched  outcome = "prefetch"    // asked by a browser before anybody pressed, or for a preview
	byCrawler   outcome = "crawler"     // a program that says so
	byOddAgent  outcome = "odd_agent"   // no user agent, or not a browser's
	ended       outcome = "ended"       // the campaign is over
	lost        outcome = "lost"        // Redis did not answer in time
	unknown     outcome = "unknown"     // no such link
	unavailable outcome = "unavailable" // this process does not know the link, and Redis did not answer
)

func outcomes() []outcome {
	return []outcome{credited, capped, repeated, bySharer, byHead, prefetched, byCrawler, byOddAgent, ended, lost, unknown, unavailable}
}

// A check returns why a visit does not score, or nothing. Its error is that of storage, and says that the
// visit could not be judged.
type check func(ctx context.Context, v visit) (outcome, error)

// A visit is one request for a known link.
type visit struct {
	request  *http.Request
	link     clarion.ShareLink
	campaign clarion.Campaign
}

// allChecks are asked in this order, the cheap and the certain ones first; the first reason is the visit's.
func (w *Web) allChecks() []check {
	return []check{byMethod, byPurpose, byAgent, w.byDate, w.byCookie}
}

// judge says whether a visit can score. When it can, the outcome is empty.
func (w *Web) judge(ctx context.Context, v visit) (outcome, error) {
	for _, check := range w.checks {
		if reason, err := check(ctx, v); reason != "" || err != nil {
			return reason, err
		}
	}
	return "", nil
}

func byMethod(_ context.Context, v visit) (outcome, error) {
	if v.request.Method != http.MethodGet {
		return byHead, nil
	}
	return "", nil
}

func byPurpose(_ context.Context, v visit) (outcome, error) {
	if isPrefetch(v.request) {
		return prefetched, nil
	}
	return "", nil
}

// isPrefetch says whether a browser asks before its person did: Sec-Purpose of all new browsers, which also
// prerender (https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose), Purpose of
// older Chrome, X-Moz of older Firefox, X-Purpose of Safari's previews.
func isPrefetch(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"} {
		for _, value := range r.Header[name] {
			value = strings.ToLower(value)
			if strings.Contains(value, "prefetch") || strings.Contains(value, "prerender") || strings.Contains(value, "preview") || strings.Contains(value, "instant") {
				return true
			}
		}
	}
	return false
}

func byAgent(_ context.Context, v visit) (outcome, error) {
	switch verdict, _ := agents.Judge(v.request.UserAgent()); verdict {
	case agents.Crawler:
		return byCrawler, nil
	case agents.Odd:
		return byOddAgent, nil
	}
	return "", nil
}

func (w *Web) byDate(_ context.Context, v visit) (outcome, error) {
	if v.campaign.Shareable(w.Now()) != nil {
		return ended, nil
	}
	return "", nil
}

func (w *Web) byCookie(ctx context.Context, v visit) (outcome, error) {
	own, err := w.carriesMark(ctx, v.request, v.link)
	if own {
		return bySharer, nil
	}
	return "", err
}

// credit awards the click to the link's partner, once for the visitor.
func (w *Web) credit(ctx context.Context, v visit) (outcome, error) {
	visitor, err := w.visitor(ctx, v.link.Workspace, v.request)
	if err != nil {
		return lost, err
	}
	if w.sharers.has(v.link.Partner, visitor) {
		return bySharer, nil
	}
	award := w.Rules().Click(v.link, visitor, w.Now(), w.Location)
	outcomes, err := w.Storage.Workspace(v.link.Workspace).Award(ctx, award)
	if err != nil {
		return lost, err
	}
	switch outcomes[0] {
	case clarion.Awarded:
		return credited, nil
	case clarion.Capped:
		return capped, nil
	}
	return repeated, nil
}
