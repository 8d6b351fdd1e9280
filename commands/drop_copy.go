package commands

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	clarion "github.com/clarion-bot/clarion"
)

// actionDropCopy is a press or choice that opens the form of a new campaign which is like another, its value.
const actionDropCopy = "drop.copy"

// copied opens the form of a new campaign with everything of another but its times and its launch window.
func (d *drops) copied(ctx context.Context, r Request) (Reply, error) {
	c, err := r.Workspace.FreshCampaign(ctx, clarion.CampaignID(r.Value))
	if err != nil {
		return Reply{}, err
	}
	campaigns, err := r.Workspace.Campaigns(ctx, knownCampaigns)
	if err != nil {
		return Reply{}, err
	}
	c.Title = copyTitle(c.Title, campaigns)
	values := valuesOf(c, clarion.Drop{}, r.At)
	for _, name := range []string{"at", "opens", "public"} {
		delete(values, name)
	}
	fresh := freshValues(r.At)
	values["ends"], values["factor"] = fresh["ends"], fresh["factor"] // what shares count is a thing of the window
	if a := values.Person("approver"); a.Identity() == r.Person.Identity() || a.Platform != r.Person.Platform {
		delete(values, "approver") // who writes the copy cannot say yes to it, and nobody of another platform can be chosen here
	}
	return d.writing(ctx, r, values)
}

// copySuffix is what copyTitle puts behind a title.
var copySuffix = regexp.MustCompile(` \(copy(?: \d+)?\)$`)

// copyTitle returns a title for a copy that no campaign has.
func copyTitle(title string, campaigns []clarion.Campaign) string {
	title = copySuffix.ReplaceAllString(title, "")
	for n := 1; ; n++ {
		suffix := " (copy)"
		if n > 1 {
			suffix = fmt.Sprintf(" (copy %d)", n)
		}
		candidate := first(title, clarion.MaxTitle-utf8.RuneCountInString(suffix)) + suffix
		if !slices.ContainsFunc(campaigns, func(c clarion.Campaign) bool { return clarion.SameTitle(c.Title, candidate) }) {
			return candidate
		}
	}
}
