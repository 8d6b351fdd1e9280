package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground/blockkit"
	"github.com/clarion-bot/clarion/storage"
)

// A cast is the names and words with which the scenes are played.
type cast struct {
	stores   []clarion.Store
	partners []string // of the first store
	campaign clarion.Campaign
}

// A drawn is a message or view as it goes to Slack, and the same as it goes to Teams.
type drawn struct {
	Text  string          `json:"text,omitempty"`
	Blks  json.RawMessage `json:"blocks,omitempty"`
	View  json.RawMessage `json:"view,omitempty"`
	Teams json.RawMessage `json:"-"`
}

func (d drawn) problems() []blockkit.Problem {
	if d.View != nil {
		return blockkit.CheckView(d.View)
	}
	return blockkit.CheckMessage(d.Text, d.Blks)
}

func (d drawn) html() string {
	if d.View != nil {
		return string(blockkit.DrawView(d.View, blockkit.DrawOptions{Location: time.UTC}))
	}
	return string(blockkit.DrawMessage(d.Blks, blockkit.DrawOptions{Location: time.UTC}))
}

// drawMessage draws what a command answers or a delivery says.
func drawMessage(t *testing.T, m *chat.Message, on surface) drawn {
	t.Helper()
	blocks := renderSlack(m.Parts, on)
	return drawn{Text: mrkdwnEscape.Replace(m.Summary), Blks: marshal(t, blocks), Teams: marshal(t, outgoing(m.Summary, renderTeams(m)))}
}

func drawForm(t *testing.T, f *chat.Form) drawn {
	t.Helper()
	modal := slackModal(f, slackFormState{Channel: "C1", ResponseURL: "https://hooks.slack.example/actions/T1/2/3", Until: 1})
	return drawn{View: marshal(t, modal), Teams: marshal(t, dialogOf(f, utc, &viaPress{Action: "before"}, nil).answer())}
}

func marshal(t *testing.T, v any) json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	must(t, e.Encode(v))
	return b.Bytes()
}

// play goes through everything that the bot says and asks, and draws each.
func play(t *testing.T, c cast) map[string]drawn {
	w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.SocialTeam = []string{helen} }})
	ctx := t.Context()
	p := player{w, map[string]drawn{}}
	scenes, add, typed, done := p.scenes, p.add, p.typed, p.done

	must(t, w.workspace.PutStores(ctx, c.stores))
	typed("leaderboard-empty", amira, kingston, "/leaderboard", "")
	typed("points-none", cleo, office, "/points", "")
	typed("points-why-none", cleo, office, "/points", "why")
	typed("help-team", helen, office, "/clarion", "help")
	typed("help-anyone", amira, kingston, "/clarion", "help")
	typed("unknown-word", amira, kingston, "/clarion", "*x* <!channel>")
	typed("drop-list-empty", helen, office, "/drop", "")
	typed("report-none", helen, office, "/report", "campaign")
	typed("report-stores-last", helen, office, "/report", "stores")
	typed("drop-form", helen, office, "/drop", "campaign")
	form := map[string]chat.Value{
		"title": {Text: c.campaign.Title}, "text": {Text: c.campaign.Text}, "target": {Text: c.campaign.Target}, "image": {Text: c.campaign.Image},
		"hashtag": {Text: c.campaign.Hashtag}, "disclosure": {Text: c.campaign.Disclosure}, "networks": {}, "audience": {Chosen: []string{"all"}},
		"at": {Moment: monday.Add(time.Hour)}, "ends": {Moment: monday.AddDate(0, 0, 14)},
	}
	var texts []string
	for _, caption := range c.campaign.Captions {
		text := caption.Text
		if caption.Network != "" {
			text = caption.Network.Label() + ": " + text
		}
		texts = append(texts, text)
	}
	networks := form["networks"]
	for _, n := range c.campaign.Networks {
		networks.Chosen = append(networks.Chosen, string(n))
	}
	form["networks"], form["captions"] = networks, chat.Value{Text: strings.Join(texts, "\n\n")}
	preview := done("drop-preview", helen, office, "drop.write", func(r *commands.Request) { r.Form = form })
	if preview.Form == nil {
		t.Fatalf("the campaign is not accepted: %v", preview.Wrong)
	}
	disclosed := maps.Clone(form)
	disclosed["disclosure"], disclosed["utm"] = chat.Value{Text: "I work at Harbour."}, chat.Value{Text: "christmas-2026"}
	done("drop-preview-disclosed", helen, office, "drop.write", func(r *commands.Request) { r.Form = disclosed })
	confirm := func(r *commands.Request) { r.State = preview.Form.State }
	done("drop-confirmed", helen, office, "drop.confirm", confirm)
	done("drop-confirmed-again", helen, office, "drop.confirm", confirm)
	done("drop-expired", helen, office, "drop.confirm", func(r *commands.Request) { r.State = "gone" })
	id := clarion.CampaignID(preview.Form.State)
	campaign, err := w.workspace.Campaign(ctx, id)
	must(t, err)
	scenes["post"] = drawMessage(t, commands.Post(campaign), inMessage)

	typed("report-before", helen, office, "/report", "campaign")
	typed("drop-list-planned", helen, office, "/drop", "")

	campaign.Opens = time.Time{} // the rest is played with the campaign open
	must(t, w.workspace.PutCampaign(ctx, campaign))
	share := func(r *commands.Request) { r.Value = string(id) }
	done("share-ask-store", cleo, office, "share", share)
	done("share-form", amira, kingston, "share", share)
	done("share-caption", amira, kingston, "share.caption", func(r *commands.Request) { r.Value = string(id) + "/1" })
	done("share-copied", amira, kingston, "share.copy", func(r *commands.Request) { r.Value = string(id) + "/0" })
	done("share-copied-again", amira, kingston, "share.copy", func(r *commands.Request) { r.Value = string(id) + "/0" })
	done("share-gone", amira, kingston, "share", func(r *commands.Request) { r.Value = "gone" })

	launch := campaign
	launch.Opens, launch.Public, launch.WindowFactor = monday, monday.Add(2*time.Hour), 2
	must(t, w.workspace.PutCampaign(ctx, launch))
	done("share-launch", amira, kingston, "share", share)
	done("share-early", amira, kingston, "share", func(r *commands.Request) { r.Value, r.At = string(id), monday.Add(-time.Hour) })
	launch.Recall = &clarion.Recall{At: monday}
	must(t, w.workspace.PutCampaign(ctx, launch))
	done("share-recalled", amira, kingston, "share", share)
	must(t, w.workspace.PutCampaign(ctx, campaign))

	w.award(c, campaign)
	for name, text := range map[string]string{"leaderboard": "", "leaderboard-last": "last", "leaderboard-all": "all", "leaderboard-partners": "partners", "leaderboard-unknown": "upside"} {
		typed(name, amira, kingston, "/leaderboard", text)
	}
	typed("leaderboard-of-nobody", cleo, office, "/leaderboard", "partners")
	done("leaderboard-public", amira, kingston, "leaderboard.publish", func(r *commands.Request) { r.Value = "stores|campaign:" + string(id) })
	typed("points", amira, kingston, "/points", "")
	typed("points-why", amira, kingston, "/points", "why")
	w.pass(2 * time.Hour) // the drop is out by then
	done("home", amira, "", commands.ActionHome, nil)
	done("home-of-nobody", cleo, "", commands.ActionHome, nil)
	typed("store", amira, kingston, "/store", "")
	typed("store-none", amira, office, "/store", "")
	typed("store-link-form", helen, office, "/store", "link")
	typed("store-linked", helen, office, "/store", "link "+string(c.stores[len(c.stores)-1].ID))
	typed("store-taken-over", helen, kingston, "/store", "link "+string(c.stores[len(c.stores)-1].ID))
	typed("store-unknown", helen, office, "/store", "link *nowhere* <@U1>")
	typed("store-unlinked", helen, kingston, "/store", "unlink")
	typed("refused", amira, kingston, "/drop", "campaign")

	for i, name := range []string{"winners-own", "winners-other"} {
		d := clarion.Delivery{ID: name, Kind: clarion.WinnersDelivery, Week: "2026-W48", Store: c.stores[i].ID}
		m, err := w.table.Delivery(ctx, w.workspace, d, w.clock())
		must(t, err)
		add(name, commands.Reply{Message: m}, nil)
	}
	m, err := w.table.Delivery(ctx, w.workspace, clarion.Delivery{ID: "d", Kind: clarion.WinnersDelivery, Week: "2026-W40", Store: c.stores[0].ID}, w.clock())
	add("winners-none", commands.Reply{Message: m}, err)

	typed("bursts-none", helen, office, "/report", "bursts")
	held := w.bursts(campaign)
	typed("bursts", helen, office, "/report", "bursts")
	for i, burst := range held {
		m, err := w.table.Delivery(ctx, w.workspace, clarion.Delivery{ID: "d", Kind: clarion.BurstDelivery, Subject: burst}, w.clock())
		add([]string{"burst", "burst-official"}[i], commands.Reply{Message: m}, err)
		press := func(r *commands.Request) { r.Value = burst }
		done([]string{"burst-released", "burst-refused"}[i], helen, office, []string{"burst.release", "burst.refuse"}[i], press)
		if i == 0 {
			done("burst-decided", helen, office, "burst.refuse", press)
		}
	}

	chosen := func(r *commands.Request) { r.Value = string(id) }
	done("report-unofficial", helen, office, "report.open", chosen)
	w.outcome(c, campaign, 12)
	done("report-rough", helen, office, "report.campaign", chosen)
	w.outcome(c, campaign, 24)
	typed("report", helen, office, "/report", "campaign")
	typed("report-unknown", helen, office, "/report", "campaign *nowhere* <@U1>")
	typed("report-refused", amira, kingston, "/report", "campaign")
	typed("report-help", helen, office, "/report", "")
	typed("report-stores", helen, office, "/report", "stores this")
	typed("report-stores-unknown", helen, office, "/report", "stores *never* <@U1>")
	typed("report-stores-ahead", helen, office, "/report", "stores 2027-W01")
	done("report-stores-chosen", helen, office, "report.stores", func(r *commands.Request) { r.Value = "2026-W40" })
	typed("drop-list", helen, office, "/drop", "")
	w.posts(c, campaign, add)
	maps.Copy(scenes, playPlanning(t, c, form))
	maps.Copy(scenes, playPeople(t, c, form))
	maps.Copy(scenes, playTopics(t, c, form))
	maps.Copy(scenes, playTeam(t, c))

	w.redis.SetError("LOADING")
	typed("storage-away", amira, kingston, "/points", "")
	w.redis.SetError("")
	for word := range teamsRemedies {
		refused := classifyTeams(teamsPlace(kingstonInTeams), &serviceError{Status: http.StatusForbidden, Code: word})
		add("teams-remedy-"+word, commands.Reply{}, refused)
	}
	for word := range remedies {
		var refused *chat.RefusedError
		if !errorsAs(classify(in(kingston), slack.SlackErrorResponse{Err: word}), &refused) {
			t.Fatal(word)
		}
		add("remedy-"+word, commands.Reply{}, refused)
	}
	return scenes
}

// bursts lets three new visitors come at once by amira's link and by the official one, of whom one each scores.
func (w *world) bursts(c clarion.Campaign) []string {
	w.t.Helper()
	var ids []string
	for _, link := range []clarion.ShareLink{{Code: "a", Campaign: c.ID, Partner: "amira", Network: clarion.X}, {Code: "b", Campaign: c.ID, Partner: clarion.Official, Network: clarion.OfficialNetwork}} {
		for i := range 3 {
			id := clarion.VisitorID{byte(i), 47}
			_, err := w.workspace.CountVisit(w.t.Context(), storage.Visit{
				Link: link, Award: clarion.DefaultRules().Click(link, id, monday, time.UTC), Visitor: id, Day: "today", Burst: 1,
			})
			must(w.t, err)
		}
		ids = append(ids, string(c.ID)+":"+string(link.Partner)+":"+string(link.Network))
	}
	return ids
}

// award gives the partners of the cast their points.
func (w *world) award(c cast, campaign clarion.Campaign) {
	w.t.Helper()
	rules := clarion.DefaultRules()
	secret, err := w.workspace.Secret(w.t.Context())
	must(w.t, err)
	visitor := 0
	give := func(p clarion.PartnerID, n clarion.Network, clicks int) {
		link := clarion.NewShareLink(secret, "acme", campaign.ID, p, n)
		awards := []clarion.Award{rules.Share(link, monday, time.UTC)}
		for range clicks {
			visitor++
			awards = append(awards, rules.Click(link, clarion.VisitorID{byte(visitor), byte(visitor >> 8)}, monday, time.UTC))
		}
		_, err := w.workspace.Award(w.t.Context(), awards...)
		must(w.t, err)
	}
	give("amira", clarion.Facebook, 2)
	for i, name := range c.partners {
		id := clarion.PartnerID(fmt.Sprintf("p%d", i))
		_, err := w.workspace.Enrol(w.t.Context(), clarion.Member{Partner: clarion.Partner{ID: id, Name: name, Store: c.stores[0].ID},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, fmt.Sprintf("UP%d", i))}})
		must(w.t, err)
		give(id, clarion.X, i%3)
	}
	for i, s := range c.stores[1:] {
		id := clarion.PartnerID(fmt.Sprintf("s%d", i))
		_, err := w.workspace.Enrol(w.t.Context(), clarion.Member{Partner: clarion.Partner{ID: id, Name: "Someone", Store: s.ID},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, fmt.Sprintf("US%d", i))}})
		must(w.t, err)
		give(id, clarion.Copy, 1)
	}
}
