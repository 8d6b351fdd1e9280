package commands

import (
	"context"
	"fmt"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/report"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionReportCampaign = "report.campaign" // its value is a campaign's id; takes the place of what was pressed in
	actionReportStores   = "report.stores"   // its value is a week; likewise
	actionReportOpen     = "report.open"     // its value is a campaign's id; a message of its own
)

// reports shows the social team what came of campaigns and weeks: figures of stores, never of a partner.
type reports struct{ Config }

// stateOf says how far a campaign has come, and until when. Drops are in the order of their times.
func (cfg Config) stateOf(c clarion.Campaign, drops []clarion.Drop, r Request) chat.Text {
	switch stage := c.Stage(r.At); {
	case stage == clarion.Cancelled:
		return chat.Say("Cancelled").Add(cfg.by(r, c.RevisedBy, c.Cancelled))
	case stage == clarion.Recalled:
		return chat.Say("Taken back").Add(cfg.by(r, c.Recall.By, c.Recall.At))
	case stage == clarion.Unapproved:
		return waiting(c, r)
	case stage == clarion.Queued:
		return chat.Say("Waiting for its turn")
	case stage == clarion.Ended:
		return chat.Say("Ended ").At(c.Ends, cfg.Location)
	case len(drops) > 0 && drops[0].At.After(r.At):
		text := chat.Say("Planned for ").At(drops[0].At, cfg.Location)
		if c.Opens.After(drops[0].At) {
			text = text.Say(" as a teaser, opens ").At(c.Opens, cfg.Location)
		}
		return text
	case stage == clarion.Embargoed:
		return chat.Say("Opens ").At(c.Opens, cfg.Location)
	case stage == clarion.Window:
		text := chat.Say("In its launch window until ").At(c.Public, cfg.Location)
		if c.WindowFactor > 1 {
			text = text.Sayf(", a share counts %s", timesOver(c.WindowFactor))
		}
		return text
	case c.Ends.IsZero():
		return chat.Say("Running")
	}
	return chat.Say("Running until ").At(c.Ends, cfg.Location)
}

// reachOf returns who came to a campaign, each person once for a link. The official link gives no points and so
// has no cap; of partners' links both the people who gave points and those beyond the cap are in it.
func reachOf(t storage.Totals) report.Reach {
	return report.Reach{Partners: t.Partners().People(), Official: t.Official().People()}
}

// multiple says in one sentence how far partners reach in comparison with the company's own channels.
func multiple(r report.Reach) chat.Text {
	n, ok := r.Multiple()
	if !ok {
		return chat.Strong("Reach multiple: not known yet. ").
			Sayf("%s came by partners' links and nobody by the official link. Post it in your own channels, and the two can be compared.", people(r.Partners))
	}
	text := chat.Strong("Reach multiple: "+times(n)+". ").
		Sayf("%s came by partners' links, %s by the official link.", people(r.Partners), people(r.Official))
	if r.Rough() {
		text = text.Sayf(" That is a rough figure: with fewer than %d people by the official link, a few more or fewer change it a lot.", report.FewPeople)
	}
	return text
}

// brief says the same in a line of a list.
func brief(r report.Reach) chat.Text {
	n, ok := r.Multiple()
	if !ok {
		return chat.Sayf("%s by partners' links, nobody by the official link yet.", people(r.Partners))
	}
	text := chat.Sayf("Reach multiple %s: %s by partners' links, %s by the official one", times(n), people(r.Partners), people(r.Official))
	if r.Rough() {
		text = text.Say(" (rough, as these are few)")
	}
	return text.Say(".")
}

// times writes a multiple with two digits that say something.
func times(n float64) string {
	switch {
	case n >= 10:
		return chat.Number(int(n+0.5)) + "×"
	case n >= 1 || n == 0:
		return fmt.Sprintf("%.1f×", n)
	}
	return fmt.Sprintf("%.2f×", n)
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return chat.Number(n) + " people"
}

// percent writes a part of a whole.
func percent(part, whole int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// decimals writes a correlation: two places, with a real minus, and no minus before nothing.
func decimals(x float64) string {
	s := fmt.Sprintf("%.2f", x)
	if s == "-0.00" {
		return "0.00"
	}
	return strings.Replace(s, "-", "−", 1)
}

// find returns the newest campaign whose title is what was typed or, when none is, the newest that has all of the
// words in its title; of no words, the newest.
func (rs *reports) find(ctx context.Context, r Request) (clarion.Campaign, error) {
	campaigns, err := r.Workspace.Campaigns(ctx, searchedCampaigns)
	if err != nil {
		return clarion.Campaign{}, err
	}
	if len(campaigns) == 0 {
		return clarion.Campaign{}, clarion.Invalid("campaign", "There are no campaigns yet. Type /drop campaign to write the first.")
	}
	typed := strings.Join(r.Words, " ")
	for _, c := range campaigns {
		if typed == "" || strings.EqualFold(strings.Join(strings.Fields(c.Title), " "), typed) {
			return c, nil
		}
	}
	for _, c := range campaigns {
		if hasAll(c.Title, r.Words) {
			return c, nil
		}
	}
	return clarion.Campaign{}, clarion.Invalid("campaign", "I find no campaign with “%s” in its title. Type /report campaign alone, and choose one.", shortened(typed, 60))
}

// searchedCampaigns is how many campaigns' titles are searched for what was typed.
const searchedCampaigns = 100

func hasAll(title string, words []string) bool {
	title = strings.ToLower(title)
	for _, word := range words {
		if !strings.Contains(title, strings.ToLower(word)) {
			return false
		}
	}
	return true
}
