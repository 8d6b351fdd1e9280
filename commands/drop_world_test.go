package commands

import (
	"maps"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// filled is a drop form as somebody of the social team fills it in.
func filled(changes chat.Values) chat.Values {
	values := chat.Values{
		"title": {Text: "Spring"}, "text": {Text: "Show yours."}, "target": {Text: "https://shop.example"}, "hashtag": {Text: "Spring"},
		"captions": {Text: "Look"}, "networks": {Chosen: []string{"x", "copy"}}, "audience": {Chosen: []string{"all"}},
		"ends": {Moment: now.AddDate(0, 0, 7)}, "factor": {Chosen: []string{"1"}},
	}
	maps.Copy(values, changes)
	return values
}

// in hours from now.
func hours(n int) chat.Value { return chat.Value{Moment: now.Add(time.Duration(n) * time.Hour)} }

// submitted is a form that helen sends, at a time.
func (w *world) submitted(action, state string, values chat.Values, at time.Time) (Reply, error) {
	w.t.Helper()
	r := w.from("helen", "office")
	r.Form, r.State, r.At = values, state, at
	return w.table.Do(w.t.Context(), action, r)
}

// written writes and confirms a campaign, and returns it.
func (w *world) written(changes chat.Values) clarion.Campaign {
	w.t.Helper()
	preview, err := w.submitted(actionDropWrite, "", filled(changes), now)
	must(w.t, err)
	if preview.Form == nil {
		w.t.Fatalf("the form is not taken: %v", preview.Wrong)
	}
	_, err = w.submitted(actionDropConfirm, preview.Form.State, nil, now)
	must(w.t, err)
	return w.stored(clarion.CampaignID(preview.Form.State))
}

func (w *world) stored(id clarion.CampaignID) clarion.Campaign {
	w.t.Helper()
	c, err := w.workspace.FreshCampaign(w.t.Context(), id)
	must(w.t, err)
	return c
}

func (w *world) deliveries(id clarion.CampaignID) []clarion.Delivery {
	w.t.Helper()
	deliveries, err := w.workspace.Deliveries(w.t.Context(), clarion.GroupOf(id))
	must(w.t, err)
	return deliveries
}

// to returns the delivery of a campaign to a store.
func (w *world) to(id clarion.CampaignID, store clarion.StoreID) clarion.Delivery {
	w.t.Helper()
	for _, d := range w.deliveries(id) {
		if d.Store == store {
			return d
		}
	}
	return clarion.Delivery{}
}

// values returns what stands in a form's inputs.
func values(f *chat.Form) chat.Values {
	out := chat.Values{}
	for _, p := range f.Parts {
		in, ok := p.(chat.Input)
		if !ok {
			continue
		}
		switch field := in.Field.(type) {
		case chat.TextField:
			out[in.Name] = chat.Value{Text: field.Initial}
		case chat.AddressField:
			out[in.Name] = chat.Value{Text: field.Initial}
		case chat.SelectField:
			out[in.Name] = chat.Value{Chosen: []string{field.Initial}}
		case chat.MultiSelectField:
			out[in.Name] = chat.Value{Chosen: field.Initial}
		case chat.CheckField:
			out[in.Name] = chat.Value{Chosen: field.Initial}
		case chat.MomentField:
			out[in.Name] = chat.Value{Moment: field.Initial}
		case chat.PersonField:
			out[in.Name] = chat.Value{Person: field.Initial}
		}
	}
	return out
}

// opened presses the button that opens a campaign's form.
func (w *world) opened(action string, id clarion.CampaignID, at time.Time) *chat.Form {
	w.t.Helper()
	r := w.from("helen", "office")
	r.Value, r.At = string(id), at
	reply, err := w.table.Do(w.t.Context(), action, r)
	must(w.t, err)
	if reply.Form == nil {
		w.t.Fatalf("no form: %s", words(reply))
	}
	return reply.Form
}

// edited opens a campaign's form, changes it and saves it.
func (w *world) edited(id clarion.CampaignID, changes chat.Values, at time.Time) Reply {
	w.t.Helper()
	form := w.opened(actionDropEdit, id, at)
	all := values(form)
	maps.Copy(all, changes)
	preview, err := w.submitted(form.Action, form.State, all, at)
	must(w.t, err)
	if preview.Form == nil {
		w.t.Fatalf("the change is not taken: %v", preview.Wrong)
	}
	saved, err := w.submitted(preview.Form.Action, preview.Form.State, nil, at)
	must(w.t, err)
	return saved
}
