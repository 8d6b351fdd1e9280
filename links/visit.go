package links

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
	"github.com/clarion-bot/clarion/storage"
)

// A visit is one request for a known link.
type visit struct {
	request  *http.Request
	link     clarion.ShareLink
	campaign clarion.Campaign
	stage    clarion.Stage // of the campaign at the time
	address  netip.Addr    // where it came from; the zero Addr when that is not known
	at       time.Time
}

// A check is asked about a visit that gets to the content. It returns as what a visit is counted when it cannot be credited, or nothing.
type check func(w *Web, v visit) clarion.VisitKind

// checks are asked in this order, the cheap and the certain ones first; the first reason is the visit's. What
// they leave is decided by storage, which knows who was there before.
var checks = []check{
	(*Web).byMethod,
	(*Web).byPurpose,
	(*Web).byAgent,
	(*Web).byNetwork,
	(*Web).byDate,
}

// judge says as what a visit is counted; nothing when it can be credited. Its error is that of storage, and
// says that the visit could not be judged.
func (w *Web) judge(ctx context.Context, v visit) (clarion.VisitKind, error) {
	for _, check := range checks {
		if kind := check(w, v); kind != "" {
			return kind, nil
		}
	}
	own, err := w.carriesMark(ctx, v.request, v.link)
	if own {
		return clarion.Own, nil
	}
	return "", err
}

func (w *Web) byMethod(v visit) clarion.VisitKind {
	if v.request.Method != http.MethodGet {
		return clarion.HeadOnly
	}
	return ""
}

func (w *Web) byPurpose(v visit) clarion.VisitKind {
	if isPrefetch(v.request) {
		return clarion.Prefetched
	}
	return ""
}

// isPrefetch says whether a browser asks before its person did: Sec-Purpose of all new browsers, which also
// prerender (https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose), Purpose of
// older Chrome, X-Moz of older Firefox, X-Purpose of Safari's previews.
func isPrefetch(r *http.Request) bool {
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"} {
		for _, value := range r.Header[name] {
			value = strings.ToLower(value)
			if strings.Contains(value, "prefetch") || strings.Contains(value, "prerender") || strings.Contains(value, "preview") || strings.Contains(value, "instant") {
				return true
			}
		}
	}
	return false
}

func (w *Web) byAgent(v visit) clarion.VisitKind {
	switch verdict, _ := agents.Judge(v.request.UserAgent()); verdict {
	case agents.Preview:
		return clarion.Previewed
	case agents.Crawler:
		return clarion.Crawled
	case agents.Odd:
		return clarion.OddAgent
	}
	return ""
}

func (w *Web) byNetwork(v visit) clarion.VisitKind {
	if contains(w.StaffNetworks, v.address) {
		return clarion.FromStaff
	}
	return ""
}

func (w *Web) byDate(v visit) clarion.VisitKind {
	if v.stage == clarion.Ended {
		return clarion.AfterTheEnd
	}
	return ""
}

// count counts a visit that was judged, and says as what.
func (w *Web) count(ctx context.Context, v visit, kind clarion.VisitKind) (clarion.VisitKind, error) {
	counted := storage.Visit{Link: v.link, Kind: kind}
	if kind == "" {
		day := w.days.of(v.at)
		visitor, err := w.visitors.name(ctx, v.link.Workspace, day, v.address, v.request.UserAgent())
		if err != nil {
			return "", err
		}
		counted.Award = w.Rules().Click(v.link, visitor, v.at, w.Location)
		counted.Visitor, counted.Day, counted.Burst = visitor, day, w.Burst
	}
	return w.Storage.Workspace(v.link.Workspace).CountVisit(ctx, counted)
}
