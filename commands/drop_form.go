package commands

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// A phase says how much of a campaign can still be changed.
type phase int

const (
	unposted phase = iota // everything: nothing of it stands anywhere
	teased                // a teaser stands: the opening can be moved, the stores that have it keep it
	opened                // partners have been promised its times
)

// A dropForm is the form in which a campaign is written or changed.
type dropForm struct {
	action, state, title, version string

	above  []chat.Part // before the first field
	values chat.Values // what stands in the fields
	phase  phase
	queued bool            // the campaign waits in a topic, whose schedule gives it its times
	topics []clarion.Topic // those whose queue it can go into; none: this is not asked
}

// maxCaptionsText is the greatest length, in code points, of all captions in one field.
const maxCaptionsText = 3000

// remindValue is the value of the box to be ticked for reminders.
const remindValue = "remind"

// offers says whether the form has an input. What was promised to partners is not changed: once the campaign is
// posted it has its time, and once it is open its opening and its launch window.
func (f dropForm) offers(input string) bool {
	switch input {
	case "at":
		return f.phase == unposted && !f.queued
	case "opens", "public", "factor":
		return f.phase <= teased && !f.queued
	case "ends":
		return !f.queued
	case "approver":
		return f.phase == unposted
	case "topic":
		return len(f.topics) > 0
	}
	return true
}

// A section is some inputs of a form under a heading.
type section struct {
	heading, note string
	inputs        []chat.Input
}

func (f dropForm) draw(stores []clarion.Store) *chat.Form {
	form := &chat.Form{Action: f.action, State: f.state, Title: f.title, Version: f.version, Submit: "Preview", Close: "Cancel", Parts: slices.Clone(f.above)}
	for _, s := range f.sections(stores) {
		inputs := slices.DeleteFunc(s.inputs, func(in chat.Input) bool { return !f.offers(in.Name) })
		if len(inputs) == 0 {
			continue
		}
		form.Parts = append(form.Parts, chat.Heading(s.heading))
		if s.note != "" {
			form.Parts = append(form.Parts, chat.Note(chat.Say(s.note)))
		}
		for _, in := range inputs {
			form.Parts = append(form.Parts, in)
		}
	}
	return form
}

// labels returns the labels of the form's inputs by their names.
func (f dropForm) labels() map[string]string {
	labels := map[string]string{}
	for _, s := range f.sections(nil) {
		for _, in := range s.inputs {
			if f.offers(in.Name) {
				labels[in.Name] = in.Label
			}
		}
	}
	return labels
}

// sections has every input. Whoever writes a first campaign needs no more than the first two.
func (f dropForm) sections(stores []clarion.Store) []section {
	v := f.values
	line := func(name, placeholder string, most int) chat.TextField {
		return chat.TextField{Initial: first(v.Text(name), most), Placeholder: placeholder, Most: most}
	}
	lines := func(name, placeholder string, most int) chat.TextField {
		field := line(name, placeholder, most)
		field.Lines = true
		return field
	}
	address := func(name, placeholder string) chat.AddressField {
		return chat.AddressField{Initial: v.Text(name), Placeholder: placeholder}
	}
	return []section{
		{heading: "What partners share", inputs: []chat.Input{
			{Name: "title", Label: "Title", Field: line("title", "Our Christmas advert", clarion.MaxTitle)},
			{Name: "text", Label: "What partners should know", Field: lines("text", "Two hours before it is on television, it is yours to share.", clarion.MaxText)},
			{Name: "target", Label: "Link", Hint: "Where a customer who follows a partner's link arrives.", Field: address("target", "https://www.example.com/christmas")},
			{Name: "image", Label: "Picture", Optional: true, Hint: "The address of a picture on the web.", Field: address("image", "https://www.example.com/christmas.jpg")},
			{Name: "captions", Label: "Captions", Field: lines("captions", "", maxCaptionsText),
				Hint: "One paragraph each, with an empty line between them. To keep one for a single network, begin it with the network's name and a colon, as in “X: …”. The disclosure, the hashtag and the partner's link are added."},
			{Name: "hashtag", Label: "Hashtag", Hint: "It is in every caption, so that everyone can see who is speaking.",
				Field: line("hashtag", "#OurChristmas", clarion.MaxHashtag+1)},
			{Name: "disclosure", Label: "Disclosure", Optional: true,
				Hint:  "What makes clear that a partner works for you. It is in every caption too, beside the hashtag. UK and US advertising rules want staff to be recognisable as such.",
				Field: line("disclosure", "#ad, or: I work at Harbour", clarion.MaxDisclosure)},
			{Name: "networks", Label: "Networks", Hint: f.stays("Networks can be added now, not taken away."),
				Field: chat.CheckField{Options: networkOptions(), Initial: v.Chosen("networks")}},
		}},
		{heading: "Where and when", inputs: []chat.Input{
			{Name: "audience", Label: "Stores", Hint: "All stores, some regions, or single stores." + f.stays(" Stores can be added now, not taken away."),
				Field: chat.MultiSelectField{Options: audienceOptions(stores), Initial: v.Chosen("audience"), Placeholder: "Choose stores"}},
			{Name: "topic", Label: "Into the queue of", Hint: f.topicHint(),
				Field: chat.SelectField{Options: f.topicOptions(), Initial: cmp.Or(v.Text("topic"), noTopic)}},
			{Name: "at", Label: "Post at", Optional: true, Hint: "Leave it empty to post as soon as you confirm.", Field: chat.MomentField{Initial: v.Moment("at")}},
			{Name: "ends", Label: "Can be shared until", Hint: "Links lead on afterwards, and no longer score.", Field: chat.MomentField{Initial: v.Moment("ends")}},
		}},
		{heading: "Launch window", note: "Only if partners get it before the public does. Everything from here on can stay as it is.", inputs: []chat.Input{
			{Name: "opens", Label: "Opens to partners at", Optional: true, Hint: f.opensHint(), Field: chat.MomentField{Initial: v.Moment("opens")}},
			{Name: "public", Label: "Public from", Optional: true, Hint: "Until then partners have it to themselves.", Field: chat.MomentField{Initial: v.Moment("public")}},
			{Name: "factor", Label: "A share counts until then", Field: chat.SelectField{Options: factorOptions(), Initial: v.Text("factor")}},
		}},
		{heading: "Afterwards, and besides", inputs: []chat.Input{
			{Name: "after", Label: "Afterwards links lead to", Optional: true, Hint: "Leave it empty to let them lead where they led before.",
				Field: address("after", "https://www.example.com/offers")},
			{Name: "remind", Label: "Reminders", Optional: true, Field: chat.CheckField{
				Options: []chat.Option{{Value: remindValue, Label: "Remind stores that have not all shared"}}, Initial: v.Chosen("remind")}},
			approverInput(v.Person("approver")),
			{Name: "utm", Label: "Name in web statistics", Optional: true,
				Hint:  "Links carry utm_source (the network), utm_medium, utm_content and this as utm_campaign, unless your link has its own. Leave it empty to have it made from the title.",
				Field: line("utm", "our-christmas-advert", clarion.MaxUTM)},
		}},
	}
}

// stays returns the hint once the campaign is posted.
func (f dropForm) stays(hint string) string {
	if f.phase == unposted {
		return ""
	}
	return hint
}

func (f dropForm) opensHint() string {
	if f.phase == teased {
		return "Its teaser stands. Leave it empty to open it as soon as you save."
	}
	return "Leave it empty to open it when it is posted. Posted before it opens, it is a teaser with a countdown and a shut button."
}

func (f dropForm) topicHint() string {
	if f.queued {
		return ""
	}
	return "In a topic's queue it goes out at its turn, for as many days as the topic says. Leave the times below as they are then."
}

func networkOptions() []chat.Option {
	options := make([]chat.Option, 0, len(clarion.Networks()))
	for _, n := range clarion.Networks() {
		options = append(options, chat.Option{Value: string(n), Label: n.Label()})
	}
	return options
}

// factorOptions offers how many times a share can count.
func factorOptions() []chat.Option {
	options := make([]chat.Option, 0, clarion.MaxWindowFactor)
	for n := 1; n <= clarion.MaxWindowFactor; n++ {
		label := strconv.Itoa(n) + "×"
		if n == 1 {
			label += ", as always"
		}
		options = append(options, chat.Option{Value: strconv.Itoa(n), Label: label})
	}
	return options
}

// audienceOptions offers all stores, each region, and each store.
func audienceOptions(stores []clarion.Store) []chat.Option {
	options := []chat.Option{{Value: "all", Label: "All " + chat.Count(len(stores), "store"), Group: "Everyone"}}
	for _, region := range regionsOf(stores) {
		options = append(options, chat.Option{Value: "region:" + region, Label: region, Group: "Regions"})
	}
	return append(options, storeOptions(stores, "store:")...)
}

// regionsOf returns the regions that stores are in, in order.
func regionsOf(stores []clarion.Store) []string {
	var regions []string
	for _, s := range stores {
		if s.Region != "" && !slices.Contains(regions, s.Region) {
			regions = append(regions, s.Region)
		}
	}
	slices.Sort(regions)
	return regions
}

// storeOptions offers each store, in groups of the same region when there are regions.
func storeOptions(stores []clarion.Store, prefix string) []chat.Option {
	options := make([]chat.Option, 0, len(stores))
	for _, s := range stores {
		group := "Stores"
		if s.Region != "" {
			group = "Stores: " + s.Region
		}
		options = append(options, chat.Option{Value: prefix + string(s.ID), Label: s.Name, Group: group})
	}
	slices.SortStableFunc(options, func(a, b chat.Option) int { return strings.Compare(a.Group, b.Group) })
	return options
}
