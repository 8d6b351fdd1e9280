package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// shownTroubles is how many reasons a message about failed deliveries lists, and how many stores for each.
const shownTroubles, shownTroubled = 10, 20

// trouble tells the social team which deliveries of a group failed, why and what to do. It is a living post: when
// they have been posted after all, it says so.
func (d *drops) trouble(ctx context.Context, w *storage.Workspace, delivery clarion.Delivery, _ time.Time) (*chat.Message, error) {
	g := clarion.Group(delivery.Subject)
	about, err := aboutGroup(ctx, w, g)
	if err != nil {
		return nil, err
	}
	deliveries, err := w.Deliveries(ctx, g)
	if err != nil {
		return nil, err
	}
	byReason := map[string][]clarion.Delivery{}
	failed, waiting, held := 0, 0, false
	for _, one := range deliveries {
		switch one.State {
		case clarion.Failed:
			byReason[one.Reason] = append(byReason[one.Reason], one)
			failed++
		case clarion.Waiting, clarion.Claimed:
			waiting++
		case clarion.Withdrawn:
			held = held || one.Kind != clarion.ReminderDelivery // which comes or not, whatever failed
		}
	}
	if failed == 0 {
		text := chat.Strong(about).Say(" could not be posted everywhere at first. ")
		switch {
		case waiting > 0:
			text = text.Sayf("It is being tried again: %s to go.", chat.Count(waiting, "post"))
		case held:
			text = text.Say("What was left of it is held back: nothing is left to do.")
		default:
			text = text.Say("Now it is: nothing is left to do.")
		}
		return chat.Simple(text), nil
	}
	stores, err := w.Stores(ctx)
	if err != nil {
		return nil, err
	}
	heading := chat.Strong(about).Sayf(" could not be posted to %s.", chat.Count(failed, "channel"))
	parts := []chat.Part{chat.Paragraphs(heading)}
	reasons := make([]string, 0, len(byReason))
	for reason := range byReason {
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		return cmp.Or(len(byReason[b])-len(byReason[a]), strings.Compare(a, b))
	})
	for i, reason := range reasons {
		if i == shownTroubles {
			parts = append(parts, chat.Note(chat.Sayf("And %s more. Type ", chat.Count(len(reasons)-i, "reason")).Command("/drop list").Say(" to see them all.")))
			break
		}
		parts = append(parts, chat.Paragraphs(troubled(byReason[reason], stores).Line().Say(reason)))
	}
	return &chat.Message{Summary: heading.String(), Parts: append(parts, chat.Controls{
		chat.Button{Label: "Try again", Action: actionDropRetry, Value: string(g), Look: chat.Primary},
	})}, nil
}

// troubled lists the stores of deliveries, each with its channel.
func troubled(deliveries []clarion.Delivery, stores []clarion.Store) chat.Text {
	name := map[clarion.StoreID]string{}
	for _, s := range stores {
		name[s.ID] = s.Name
	}
	var text chat.Text
	for i, d := range deliveries {
		if i == shownTroubled {
			return text.Sayf(" and %d more", len(deliveries)-i)
		}
		if i > 0 {
			text = text.Say(", ")
		}
		if d.Store == "" {
			text = text.Bold("The person who is asked")
			continue
		}
		text = text.Bold(cmp.Or(name[d.Store], string(d.Store))).Say(" (").In(d.Channel).Say(")")
	}
	return text
}

// aboutGroup names what a group of deliveries is about.
func aboutGroup(ctx context.Context, w *storage.Workspace, g clarion.Group) (string, error) {
	if week, ok := strings.CutPrefix(string(g), string(clarion.WinnersGroup(""))); ok {
		return "The winners of " + week, nil
	}
	id, question := strings.CutPrefix(string(g), string(clarion.ApprovalGroup("")))
	c, err := w.Campaign(ctx, clarion.CampaignID(id))
	if err == nil && question {
		return "The question whether “" + c.Title + "” may go out", nil
	}
	if errors.Is(err, clarion.ErrNotFound) {
		return "A campaign that is gone", nil
	}
	return c.Title, err
}
