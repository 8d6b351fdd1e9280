package links

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
)

// turnedAway returns as what a visit is counted that does not get to the content, or nothing when it does. A stage
// that this does not know lets nobody through.
func turnedAway(s clarion.Stage) clarion.VisitKind {
	switch s {
	case clarion.Window, clarion.Running, clarion.Ended:
		return ""
	case clarion.Recalled:
		return clarion.WhileRecalled
	}
	return clarion.BeforeOpening
}

// turnAway answers a visit that does not get to the content. Before the opening the answer is the same for every
// campaign and says neither what nor when: whoever has the link need not be a partner. Its status is 404, "did not
// find a current representation … or is not willing to disclose that one exists"
// (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5); 425 is about TLS early data, and browsers repeat the
// request at once (https://www.rfc-editor.org/rfc/rfc8470#section-5.2).
//
// The page of a recall gets no UTM parameters, for the campaign's name in them can be what was taken back.
func (w *Web) turnAway(rw http.ResponseWriter, v visit) {
	switch v.stage {
	case clarion.Recalled:
		if page := v.campaign.Recall.Page; isWeb(page) {
			sendOn(rw, page)
			return
		}
		w.notice(rw, v.request, http.StatusGone, linkRecalled)
	case clarion.Cancelled:
		w.notice(rw, v.request, http.StatusNotFound, noLink)
	default:
		w.notice(rw, v.request, http.StatusNotFound, linkNotOpen)
	}
}

// shutPage returns what the holder of a share page reads while the campaign cannot be shared, and its status.
func (w *Web) shutPage(c clarion.Campaign, why error) (int, notice) {
	switch {
	case errors.Is(why, clarion.ErrRecalled):
		return http.StatusGone, pageRecalled
	case errors.Is(why, clarion.ErrNotOpen):
		opens, known := clarion.OpensAt(why)
		if !known {
			return http.StatusNotFound, pageWaits
		}
		return http.StatusNotFound, notice{Title: "This campaign is not open yet", Text: []string{
			"It opens on " + moment(opens, w.Location) + ". Come back then: your page will be at this same address.",
		}}
	case !c.Cancelled.IsZero():
		return http.StatusGone, pageCancelled
	case c.After != "":
		return http.StatusGone, campaignFollowed
	}
	return http.StatusGone, campaignOver
}

// moment writes a time for people, in the workspace's zone, which it names: by the letters that people there know
// it by or, where there are none, by the difference to UTC and its place.
func moment(at time.Time, loc *time.Location) string {
	s := at.In(loc).Format("Mon 2 Jan 2006, 15:04 MST")
	if zone := s[strings.LastIndexByte(s, ' ')+1:]; strings.ContainsAny(zone, "+-") {
		s += " (" + loc.String() + ")"
	}
	return s
}

var (
	linkNotOpen = notice{Title: "This link is not open yet", Text: []string{
		"Nothing is wrong with it. Please try again later.",
	}}
	linkRecalled = notice{Title: "This was taken back", Text: []string{
		"What this link led to was taken back by those who published it, so there is nothing to see here now.",
	}}
	pageWaits = notice{Title: "This campaign is not open yet", Text: []string{
		"It is not decided when it opens. Your page will be at this same address then.",
	}}
	pageRecalled = notice{Title: "This campaign was taken back", Text: []string{
		"It cannot be shared now, and visits of your links do not count. The points that you have stay yours.",
		"If you have posted it, please take your post down.",
	}}
	pageCancelled = notice{Title: "This campaign was called off", Text: []string{
		"It will not open, so there is nothing of it to share.",
	}}
	campaignOver = notice{Title: "This campaign has ended", Text: []string{
		"It can no longer be shared, and clicks give no more points.",
		"Links that you posted still work: people who open them get to the content. Thank you for sharing.",
	}}
	campaignFollowed = notice{Title: "This campaign has ended", Text: []string{
		"It can no longer be shared, and clicks give no more points.",
		"Links that you posted still work: people who open them get to what follows it. Thank you for sharing.",
	}}
)
