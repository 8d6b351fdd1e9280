package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// check returns what is wrong with a draft, by the inputs that it is wrong in. Before is the campaign that it
// changes; zero for a new one.
func (d *drops) check(ctx context.Context, r Request, made draft, before plan, stores []clarion.Store) (map[string]string, error) {
	wrong := made.problems(before, stores, r.At)
	form := dropForm{phase: made.Phase, queued: before.queued()}
	asked := r.Form.Moment("opens")
	if form.offers("at") && !made.Now && made.Campaign.Ends.After(r.At) {
		switch {
		case made.Drop.At.Before(r.At.Truncate(time.Minute)):
			wrong["at"] = "This is in the past: choose a later time, or leave it empty to post as soon as you confirm."
		case !made.Drop.At.Before(made.Campaign.Ends):
			wrong["at"] = "The campaign has ended by then: choose an earlier time, or let it run for longer."
		}
		if wrong["at"] != "" && asked.IsZero() {
			delete(wrong, "ends") // its opening is the time of its post, of which all is said
		}
	}
	if form.offers("opens") && !asked.IsZero() {
		switch {
		case asked.Before(r.At.Truncate(time.Minute)):
			wrong["opens"] = "This is in the past: choose a later time, or leave it empty."
		case made.Phase == unposted && asked.Before(made.Drop.At):
			wrong["opens"] = "It would open before it is posted: choose a later time, or leave it empty to open it when it is posted."
		}
	}
	if form.offers("approver") && made.Campaign.Approval != nil {
		if why := meetApprover(ctx, r, made.Campaign); why != "" {
			wrong["approver"] = why
		}
	}
	if wrong["title"] == "" {
		_, others, err := r.Workspace.Titles(ctx)
		if err != nil {
			return nil, err
		}
		if why := taken(made.Campaign, before.campaign, others, r.At); why != "" {
			wrong["title"] = why
		}
	}
	return wrong, nil
}

// problems returns what is wrong at a time with a draft in itself, and with the stores that there are then.
func (made draft) problems(before plan, stores []clarion.Store, at time.Time) map[string]string {
	c, was := made.Campaign, before.campaign
	form := dropForm{phase: made.Phase, queued: before.queued()}
	wrong := map[string]string{}
	for _, e := range c.Check(at) {
		if form.offers(e.Field) { // what was promised cannot be mended any more
			wrong[e.Field] = e.Reason
		}
	}
	switch {
	case was.ID != "" && c.Ends.Equal(was.Ends) && !c.Ends.After(at) && !c.Lapsed(at):
		delete(wrong, "ends") // it has ended, and stays so
	case wrong["ends"] == "" && !form.offers("public") && c.Ends.Before(c.Public):
		wrong["ends"] = "The campaign would end in the launch window that partners were promised: choose a later time."
	}
	if wrong["audience"] == "" {
		if why := made.unreachable(before, stores); why != "" {
			wrong["audience"] = why
		}
	}
	if made.Phase != unposted && wrong["networks"] == "" {
		var missing []string
		for _, n := range was.Networks {
			if !slices.Contains(c.Networks, n) {
				missing = append(missing, n.Label())
			}
		}
		if len(missing) > 0 {
			wrong["networks"] = "Partners share to " + listed(missing) + " already: networks can be added now, not taken away."
		}
	}
	return wrong
}

// unreachable says why a draft cannot go to its stores, or nothing.
func (made draft) unreachable(before plan, stores []clarion.Store) string {
	a := made.Campaign.Audience
	if made.Phase != unposted && slices.Equal(audienceValues(a), audienceValues(before.campaign.Audience)) {
		return "" // a store that has moved to another region, or is gone, keeps its post
	}
	known := func(id clarion.StoreID) bool {
		return slices.ContainsFunc(stores, func(s clarion.Store) bool { return s.ID == id })
	}
	for _, region := range a.Regions {
		if !slices.Contains(regionsOf(stores), region) {
			return "No store is in the region “" + shortened(region, 60) + "” any more: choose others."
		}
	}
	for _, id := range a.Stores {
		if !known(id) {
			return "The store “" + shortened(string(id), 60) + "” is not there any more: choose others."
		}
	}
	if made.Phase != unposted {
		var left []clarion.Store
		for _, s := range (clarion.Audience{Stores: before.drop.Stores}).Choose(stores) {
			if !a.Includes(s) {
				left = append(left, s)
			}
		}
		if len(left) > 0 {
			return "It was posted to " + names(left, 3) + " already: stores can be added now, not taken away."
		}
		return ""
	}
	if !before.queued() && len(made.Drop.Deliveries(stores)) == 0 {
		return "None of these stores has a channel yet. Link one first, by “store link” in the store's channel."
	}
	return ""
}

// taken says that another campaign has the title which this one takes at a time, and what to do, or nothing. Was is what
// the campaign is changed from: a title that it had all along it keeps.
func taken(c, was clarion.Campaign, others []clarion.Campaign, at time.Time) string {
	if c.Finished(at) || was.ID == c.ID && !was.Finished(at) && clarion.SameTitle(was.Title, c.Title) {
		return ""
	}
	if other, ok := c.Namesake(others, at); ok {
		return "“" + shortened(other.Title, 60) + "” is the title of another campaign, which is " + inWords(other, at) +
			": choose another title, or change that campaign, by “drop edit”."
	}
	return ""
}

// titleTries is how often the titles of campaigns are compared for one that is to be stored, when others are stored at
// the same moment.
const titleTries = 10

// unlessTaken stores a campaign when no other has its title, even if that is confirmed at the same moment; otherwise it
// says why not. Store does it on top of the titles that were compared.
func unlessTaken(ctx context.Context, r Request, c, was clarion.Campaign, store func(storage.Titles) error) (why string, err error) {
	for range titleTries {
		seen, others, err := r.Workspace.Titles(ctx)
		if err != nil {
			return "", err
		}
		if why := taken(c, was, others, r.At); why != "" {
			return why, nil
		}
		if err := store(seen); !errors.Is(err, storage.ErrTitlesChanged) {
			return "", err
		}
	}
	return "", fmt.Errorf("in %d tries: %w", titleTries, storage.ErrTitlesChanged)
}

// inWords names a campaign's stage to people: "… is running".
func inWords(c clarion.Campaign, at time.Time) string {
	stage := c.Stage(at)
	if c.Lapsed(at) {
		return "over without a yes"
	}
	switch stage {
	case clarion.Unapproved:
		return "not approved yet"
	case clarion.Queued:
		return "waiting for its turn"
	case clarion.Embargoed:
		return "planned"
	case clarion.Window:
		return "in its launch window"
	case clarion.Recalled:
		return "taken back"
	}
	return stage.String()
}
