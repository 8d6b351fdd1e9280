package commands

import (
	"fmt"
	"slices"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// firstCaption stands for the caption that a partner is offered first.
const firstCaption = -1

// personal is what a partner's form for a campaign is drawn from.
type personal struct {
	campaign clarion.Campaign
	page     clarion.SharePage
	links    []clarion.ShareLink // for each of the campaign's networks
	caption  int                 // which of the campaign's captions is chosen, or firstCaption
	renewed  bool                // the page has just taken the place of one that was taken back
}

// form draws a partner's personal form: words to choose from, a button for each network, and what counts.
func (s *shares) form(p personal, at time.Time) *chat.Form {
	c := p.campaign
	address := func(n clarion.Network) string {
		i := slices.IndexFunc(p.links, func(l clarion.ShareLink) bool { return l.Network == n })
		return s.Addresses.Link(p.links[i].Code)
	}
	var parts []chat.Part
	if p.renewed {
		parts = append(parts, chat.Paragraphs(chat.Strong("Your old page address stops working now. ").
			Say("Here is a new one, for you alone: ").Link(s.Addresses.Page(p.page.Token), "your new page").Say(".")))
	}
	parts = append(parts, chat.Paragraphs(chat.Strong(c.Title).Line().
		Say("Choose your words, then where to share. The links below are yours alone: each visit by somebody else counts for you and your store.")))

	general := c.PlainNetwork()
	order := slices.DeleteFunc(c.CaptionOrder(general, p.page.Turn), func(i int) bool { return c.Captions[i].Network != "" })
	if len(order) > 0 {
		if !slices.Contains(order, p.caption) {
			p.caption = order[0]
		}
		parts = append(parts, captionParts(c, order, p.caption, c.Fill(general, c.Captions[p.caption].Text, address(general)))...)
	}
	parts = append(parts, chat.Note(always(c)), s.networks(p))
	for _, caption := range c.Captions {
		if n := caption.Network; n != "" && slices.Contains(c.Networks, n) {
			parts = append(parts, chat.Note(chat.Sayf("For %s:", n.Label())), chat.Copyable(c.Fill(n, caption.Text, address(n))))
		}
	}
	parts = append(parts, chat.Note(s.honesty(p, at)), revokePart(p))
	return &chat.Form{Title: "Share it", State: string(c.ID), Close: "Done", Parts: parts}
}

// captionParts shows the chosen caption as it is posted, and offers the others.
func captionParts(c clarion.Campaign, order []int, chosen int, filled string) []chat.Part {
	var parts []chat.Part
	if len(order) > 1 {
		choice := chat.Choice{Label: "Choose a caption", Action: actionShareCaption, Chosen: shareState(c.ID, chosen)}
		for i, index := range order {
			choice.Options = append(choice.Options, chat.Option{
				Value: shareState(c.ID, index), Label: fmt.Sprintf("%d. %s", i+1, shortened(c.Captions[index].Text, 60)),
			})
		}
		parts = append(parts, chat.Controls{choice})
	}
	return append(parts, chat.Copyable(filled), chat.Note(chat.Say(takesWords(c.Networks))))
}

// always names what stands in the words whatever a partner chooses.
func always(c clarion.Campaign) chat.Text {
	text := chat.Strong("Always added: ")
	if fixed := c.Fixed(); fixed != "" {
		text = text.Say(fixed + " and ")
	}
	text = text.Say("your own link.")
	if c.Disclosure != "" {
		text = text.Say(" So people see that you work here.")
	}
	return text
}

// revokePart lets a partner take a page back whose address went astray.
func revokePart(p personal) chat.Controls {
	return chat.Controls{chat.Button{
		Label: "Somebody else has my page", Action: actionShareRevoke, Value: shareState(p.campaign.ID, p.caption),
		Confirm: &chat.Confirm{
			Title: "Get a new page?",
			Text:  "Your old page address stops working, for whoever has it. The links that you posted keep working, and so do your points.",
			Yes:   "Get a new page", No: "Keep it",
		},
	}}
}

// takesWords says which buttons bring the words along, and for which they have to be copied.
func takesWords(networks []clarion.Network) string {
	var taking, bare []string
	for _, n := range networks {
		switch {
		case n == clarion.Copy:
		case n.TakesWords():
			taking = append(taking, n.Label())
		default:
			bare = append(bare, n.Label())
		}
	}
	switch {
	case len(bare) == 0:
		return "The buttons take these words along."
	case len(taking) == 0:
		return "Copy these words first: " + listed(bare) + " let you write, and take the link alone."
	}
	return "Copy these words first for " + listed(bare) + ". " + listed(taking) + " take them along."
}

// networks offers a button for each network. One with captions of its own takes along the first of those.
func (s *shares) networks(p personal) chat.Controls {
	var buttons chat.Controls
	for _, n := range p.campaign.Networks {
		if n == clarion.Copy {
			buttons = append(buttons, chat.Button{Label: n.Label(), Action: actionShareCopy, Value: shareState(p.campaign.ID, p.caption)})
			continue
		}
		caption := p.caption
		if slices.ContainsFunc(p.campaign.Captions, func(c clarion.Caption) bool { return c.Network == n }) {
			caption = firstCaption
		}
		buttons = append(buttons, chat.Button{Label: n.Label(), Action: actionShareOpened, Value: string(n),
			Address: s.Addresses.Network(p.page.Token, n, caption)})
	}
	return buttons
}

// honesty says what is counted, and what is public.
func (s *shares) honesty(p personal, at time.Time) chat.Text {
	share, click := p.campaign.ShareWorth(s.Rules, at), s.Rules.For[clarion.ClickReason]
	text := chat.Sayf("%s for the first share to each network", chat.Count(share.Points, "point"))
	if share.IsMore() {
		text = chat.Strong(text.String()).Say(" until ").At(share.Until, s.Location).Sayf(", %s the usual", share.Times())
	}
	text = text.Sayf("; %s for each new visitor by your links", chat.Count(click.Points, "point"))
	if click.Cap > 0 {
		text = text.Sayf(", up to %s a campaign", chat.Number(click.Cap*click.Points))
	}
	return text.Say(". Your own visits don't count. Your colleagues see your points on the leaderboard; nobody sees who visited. ").
		Link(s.Addresses.Page(p.page.Token), "Open this on your phone")
}

// linkForm shows the bare link, and what asking for it gave.
func (s *shares) linkForm(link clarion.ShareLink, award clarion.Award, outcome clarion.Outcome) *chat.Form {
	note := "You have had the points for this one already."
	if outcome == clarion.Awarded {
		note = chat.Count(award.Points, "point") + " for you."
	}
	return &chat.Form{Title: "Your link", Close: "Back", Parts: []chat.Part{
		chat.Paragraphs(chat.Strong("To paste anywhere. ").Say(note)),
		chat.Copyable(s.Addresses.Link(link.Code)),
		chat.Note(chat.Say("It is yours alone: each visit by somebody else counts for you and your store.")),
	}}
}
