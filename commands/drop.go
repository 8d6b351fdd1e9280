package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const (
	actionDropWrite   = "drop.write"
	actionDropConfirm = "drop.confirm"
)

// draftLife is how long a form can stay open between writing and confirming.
const draftLife = 24 * time.Hour

// drops lets the social team write a campaign, look at it, and post it.
type drops struct{ Config }

// A draft is a campaign that was written and not yet confirmed. Its campaign's id is its own.
type draft struct {
	Campaign clarion.Campaign
	Drop     clarion.Drop
	Now      bool // posted as soon as it is confirmed, whatever Drop.At says
}

// write opens the empty form.
func (d *drops) write(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(stores) == 0 {
		return sentence(chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").
			Say(", then type ").Code("/store link").Say(" in each store's channel."))
	}
	return Reply{Form: d.form(stores, r.At)}, nil
}

func (d *drops) form(stores []clarion.Store, now time.Time) *chat.Form {
	networks := make([]chat.Option, 0, len(clarion.Networks()))
	chosen := make([]string, 0, len(clarion.Networks()))
	for _, n := range clarion.Networks() {
		networks = append(networks, chat.Option{Value: string(n), Label: n.Label()})
		chosen = append(chosen, string(n))
	}
	return &chat.Form{
		Action: actionDropWrite, Title: "New campaign", Submit: "Preview", Close: "Cancel",
		Parts: []chat.Part{
			chat.Input{Name: "title", Label: "Title", Field: chat.TextField{Placeholder: "Our Christmas advert", Most: clarion.MaxTitle}},
			chat.Input{Name: "text", Label: "What partners should know", Field: chat.TextField{Lines: true, Most: clarion.MaxText,
				Placeholder: "Two hours before it is on television, it is yours to share."}},
			chat.Input{Name: "target", Label: "Link", Hint: "Where a customer who follows a partner's link arrives.",
				Field: chat.AddressField{Placeholder: "https://www.example.com/christmas"}},
			chat.Input{Name: "image", Label: "Picture", Optional: true, Hint: "The address of a picture on the web.",
				Field: chat.AddressField{Placeholder: "https://www.example.com/christmas.jpg"}},
			chat.Input{Name: "hashtag", Label: "Hashtag", Hint: "It is in every caption, so that everyone can see who is speaking.",
				Field: chat.TextField{Placeholder: "#OurChristmas", Most: clarion.MaxHashtag + 1}},
			chat.Input{Name: "disclosure", Label: "Disclosure", Optional: true,
				Hint:  "What makes clear that a partner works for you. It is in every caption too, beside the hashtag. UK and US advertising rules want staff to be recognisable as such.",
				Field: chat.TextField{Placeholder: "#ad, or: I work at Harbour", Most: clarion.MaxDisclosure}},
			chat.Input{Name: "captions", Label: "Captions", Field: chat.TextField{Lines: true, Most: 3000},
				Hint: "One paragraph each, with an empty line between them. To keep one for a single network, begin it with the network's name and a colon, as in “X: …”. The disclosure, the hashtag and the partner's link are added."},
			chat.Input{Name: "networks", Label: "Networks", Field: chat.CheckField{Options: networks, Initial: chosen}},
			chat.Input{Name: "audience", Label: "Stores", Hint: "All stores, some regions, or single stores.",
				Field: chat.MultiSelectField{Options: audienceOptions(stores), Initial: []string{"all"}, Placeholder: "Choose stores"}},
			chat.Input{Name: "at", Label: "Post at", Optional: true, Hint: "Leave it empty to post as soon as you confirm.",
				Field: chat.MomentField{}},
			chat.Input{Name: "ends", Label: "Can be shared until", Hint: "Links lead on afterwards, and no longer score.",
				Field: chat.MomentField{Initial: now.AddDate(0, 0, 14).Truncate(time.Hour)}},
			chat.Input{Name: "utm", Label: "Name in web statistics", Optional: true,
				Hint:  "Links carry utm_source (the network), utm_medium, utm_content and this as utm_campaign, unless your link has its own. Leave it empty to have it made from the title.",
				Field: chat.TextField{Placeholder: "our-christmas-advert", Most: clarion.MaxUTM}},
		},
	}
}

// audienceOptions offers all stores, each region, and each store.
func audienceOptions(stores []clarion.Store) []chat.Option {
	options := []chat.Option{{Value: "all", Label: "All " + chat.Count(len(stores), "store"), Group: "Everyone"}}
	var regions []string
	for _, s := range stores {
		if s.Region != "" && !slices.Contains(regions, s.Region) {
			regions = append(regions, s.Region)
		}
	}
	slices.Sort(regions)
	for _, region := range regions {
		options = append(options, chat.Option{Value: "region:" + region, Label: region, Group: "Regions"})
	}
	return append(options, storeOptions(stores, "store:")...)
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

// written checks what was filled in and shows it as stores will see it.
func (d *drops) written(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	made, wrong := d.read(r, stores)
	if len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	if err := r.Workspace.PutDraft(ctx, string(made.Campaign.ID), made, draftLife); err != nil {
		return Reply{}, err
	}
	return Reply{Form: d.preview(made, stores), Over: true}, nil
}

// read makes a draft of what was filled in, or says for each input what is wrong with it.
func (d *drops) read(r Request, stores []clarion.Store) (draft, map[string]string) {
	f := r.Form
	c := clarion.Campaign{
		ID:    clarion.CampaignID(d.NewID()),
		Title: strings.TrimSpace(f.Text("title")), Text: strings.TrimSpace(f.Text("text")),
		Target: strings.TrimSpace(f.Text("target")), Image: strings.TrimSpace(f.Text("image")),
		Hashtag: readHashtag(f.Text("hashtag")), Disclosure: strings.TrimSpace(f.Text("disclosure")), UTM: strings.TrimSpace(f.Text("utm")), Captions: readCaptions(f.Text("captions")),
		Audience: readAudience(f.Chosen("audience")), Ends: f.Moment("ends"),
		CreatedBy: r.Person.Identity(), CreatedAt: r.At,
	}
	if c.Image != "" {
		c.ImageAlt = "Picture of the campaign “" + c.Title + "”"
	}
	for _, id := range f.Chosen("networks") {
		if n, err := clarion.ParseNetwork(id); err == nil {
			c.Networks = append(c.Networks, n)
		}
	}
	made := draft{Campaign: c, Now: f.Moment("at").IsZero(), Drop: clarion.Drop{ID: d.NewID(), Campaign: c.ID, At: f.Moment("at")}}
	for _, s := range c.Audience.Choose(stores) {
		made.Drop.Stores = append(made.Drop.Stores, s.ID)
	}

	wrong := map[string]string{}
	for _, e := range c.Check(r.At) {
		wrong[e.Field] = e.Reason
	}
	if !made.Now && wrong["ends"] == "" {
		switch {
		case made.Drop.At.Before(r.At.Truncate(time.Minute)):
			wrong["at"] = "This is in the past: choose a later time, or leave it empty to post as soon as you confirm."
		case !made.Drop.At.Before(c.Ends):
			wrong["at"] = "The campaign has ended by then: choose an earlier time, or let it run for longer."
		}
	}
	if wrong["audience"] == "" && len(made.Drop.Deliveries(stores)) == 0 {
		wrong["audience"] = "None of these stores has a channel yet. Type /store link in a store's channel first."
	}
	return made, wrong
}

// readHashtag puts the # in front where the person left it out.
func readHashtag(s string) string {
	if s = strings.TrimSpace(s); s == "" || strings.HasPrefix(s, "#") {
		return s
	}
	return "#" + s
}

// readCaptions takes paragraphs apart, and a network's name off the one that begins with it.
func readCaptions(s string) []clarion.Caption {
	var captions []clarion.Caption
	for _, paragraph := range paragraphs(s) {
		caption := clarion.Caption{Text: paragraph}
		if name, rest, ok := strings.Cut(paragraph, ":"); ok && strings.TrimSpace(rest) != "" {
			for _, n := range clarion.Networks() {
				if strings.EqualFold(strings.TrimSpace(name), n.Label()) || strings.EqualFold(strings.TrimSpace(name), string(n)) {
					caption = clarion.Caption{Network: n, Text: strings.TrimSpace(rest)}
				}
			}
		}
		captions = append(captions, caption)
	}
	return captions
}

func paragraphs(s string) []string {
	var out []string
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			out = append(out, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		if line = strings.TrimSpace(line); line == "" {
			flush()
		} else {
			lines = append(lines, line)
		}
	}
	flush()
	return out
}

// readAudience reads the values of audienceOptions. All stores wins over single ones.
func readAudience(chosen []string) clarion.Audience {
	var a clarion.Audience
	for _, value := range chosen {
		kind, name, _ := strings.Cut(value, ":")
		switch kind {
		case "all":
			return clarion.Audience{All: true}
		case "region":
			a.Regions = append(a.Regions, name)
		case "store":
			a.Stores = append(a.Stores, clarion.StoreID(name))
		}
	}
	return a
}

// preview shows the post as stores will see it, with what is not on it below.
func (d *drops) preview(made draft, stores []clarion.Store) *chat.Form {
	c := made.Campaign
	reached, without := reach(made.Drop, stores)
	submit, when := "Post now", chat.Say("As soon as you confirm")
	if !made.Now {
		submit, when = "Schedule", chat.Text{}.At(made.Drop.At, d.Location)
	}
	labels := make([]string, 0, len(c.Networks))
	for _, n := range c.Networks {
		labels = append(labels, n.Label())
	}
	parts := append([]chat.Part{chat.Note(chat.Say("This is what stores will see:"))}, postBody(c)...)
	parts = append(parts, chat.Line{}, chat.Facts{
		{Label: "Posted", Value: when},
		{Label: "Can be shared until", Value: chat.Text{}.At(c.Ends, d.Location)},
		{Label: "To " + chat.Count(len(reached), "store"), Value: chat.Say(names(reached, 20))},
		{Label: "Networks", Value: chat.Say(strings.Join(labels, ", "))},
		{Label: "Disclosure", Value: chat.Say(cmp.Or(c.Disclosure, "none but the hashtag"))},
		{Label: "Name in web statistics", Value: chat.Say(cmp.Or(c.UTM, clarion.Slug(c.Title), "none"))},
	})
	if len(without) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Strong("Not reached: ").Say(names(without, 20)+" — no channel is linked. Type ").
			Code("/store link").Say(" in the store's channel first to reach them too.")))
	}
	parts = append(parts, chat.Line{}, chat.Paragraphs(chat.Strong("Captions, as partners get them")),
		chat.Note(chat.Say("Bold is what stands in every caption, whatever a partner changes.")))
	for _, caption := range c.Captions {
		label, n := "For every network", clarion.Copy
		if caption.Network != "" {
			label, n = "For "+caption.Network.Label(), caption.Network
		}
		parts = append(parts, chat.Note(chat.Say(label)), chat.Paragraphs(apart(c, n, caption.Text).Line().Italic("(the partner's own link)")))
	}
	return &chat.Form{
		Action: actionDropConfirm, State: string(c.ID), Title: "Preview", Submit: submit, Close: "Back", Parts: parts,
	}
}

// apart writes a caption as it is posted, with the fixed words at its end in bold.
func apart(c clarion.Campaign, n clarion.Network, caption string) chat.Text {
	words := c.Words(n, caption)
	for _, fixed := range []string{c.Fixed(), c.Hashtag, c.Disclosure} {
		if body, ok := strings.CutSuffix(words, fixed); ok && fixed != "" {
			return chat.Say(body).Bold(fixed)
		}
	}
	return chat.Say(words)
}

// reach tells apart the stores of a drop that have a channel and those that have none.
func reach(d clarion.Drop, stores []clarion.Store) (with, without []clarion.Store) {
	for _, s := range (clarion.Audience{Stores: d.Stores}).Choose(stores) {
		if len(s.Channels) > 0 {
			with = append(with, s)
		} else {
			without = append(without, s)
		}
	}
	return with, without
}

// names lists stores, and only counts those after the first most.
func names(stores []clarion.Store, most int) string {
	var list []string
	for i, s := range stores {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(stores)-most))
			break
		}
		list = append(list, s.Name)
	}
	return strings.Join(list, ", ")
}

// confirmed plans the drop. Confirming twice plans it once.
func (d *drops) confirmed(ctx context.Context, r Request) (Reply, error) {
	var made draft
	if err := r.Workspace.Draft(ctx, r.State, &made); err != nil {
		return Reply{}, err
	}
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if made.Now {
		made.Drop.At = r.At
	}
	posted := made.Drop.At
	if posted.Before(r.At) {
		posted = r.At // its time has passed while the form was open
	}
	if err := made.Campaign.Shareable(posted); err != nil {
		return Reply{}, clarion.Invalid("ends", "The campaign's end has passed while the form was open. Type /drop campaign and choose a later one.")
	}
	deliveries := made.Drop.Deliveries(stores)
	if len(deliveries) == 0 {
		return Reply{}, clarion.Invalid("audience", "None of these stores has a channel any more. Type /store link in a store's channel first.")
	}
	// Before it is planned: an error afterwards would say that nothing was.
	link, err := r.Workspace.OfficialLink(ctx, made.Campaign.ID)
	if err != nil {
		return Reply{}, err
	}
	created, err := r.Workspace.Plan(ctx, made.Campaign, made.Drop, deliveries)
	if err != nil {
		return Reply{}, err
	}
	reached, _ := reach(made.Drop, stores)
	text := chat.Strong(made.Campaign.Title)
	switch {
	case !created:
		text = text.Say(" was confirmed already; it is posted once.")
	case made.Now:
		text = text.Sayf(" is on its way to %s.", chat.Count(len(reached), "store"))
	default:
		text = text.Sayf(" will be posted to %s at ", chat.Count(len(reached), "store")).At(made.Drop.At, d.Location).Say(".")
	}
	if problems := d.join(ctx, r, deliveries); len(problems) > 0 {
		for _, p := range problems {
			text = text.Line().Say("⚠ ").Add(p)
		}
	}
	m := chat.Simple(text)
	m.Parts = append(m.Parts, d.forOwnChannels(link)...)
	return private(m)
}

// joinsAtOnce bounds how many channels the bot joins side by side.
const joinsAtOnce = 8

// join brings the bot into every channel of the deliveries, and returns a sentence for each where a person
// has to help. What goes wrong otherwise is left to the delivery itself, which tries again.
func (d *drops) join(ctx context.Context, r Request, deliveries []clarion.Delivery) []chat.Text {
	remedies := make([]chat.Text, len(deliveries))
	var g errgroup.Group
	g.SetLimit(joinsAtOnce)
	for i, delivery := range deliveries {
		if delivery.Channel.Platform != r.Person.Platform {
			continue
		}
		g.Go(func() error {
			var refused *chat.RefusedError
			if err := r.Host.Join(ctx, delivery.Channel); errors.As(err, &refused) {
				remedies[i] = refused.Remedy
			}
			return nil
		})
	}
	_ = g.Wait() // its functions return nil
	return slices.DeleteFunc(remedies, func(t chat.Text) bool { return t == nil })
}
