package links

import (
	"strings"

	"github.com/clarion-bot/clarion"
)

// A card is one caption with what can be done with it.
type card struct {
	Heading string
	Pieces  []clarion.Piece // the text as it is posted, its fixed words set apart
	Open    bool
	Sheet   *sheet
	Buttons []button
	Paste   string // the networks of these buttons whose composers do not take words, in a sentence
}

type button struct {
	Network clarion.Network
	Label   string
	Address string
	Copy    string // what a press copies first, for a composer that takes the link and no words
}

// A sheet is what the page's script hands to the phone's own share sheet (https://www.w3.org/TR/web-share/),
// with the campaign's picture where the browser takes files.
type sheet struct {
	Title, Words, Link string
	Text               string // words and link, copied on the way: apps that take a picture often leave the words
	// Record is the address that records the share, once the phone has handed it on; empty where it is recorded
	// already. The sheet does not tell which app was chosen, so the share is that of the campaign's plain network.
	Record string
}

// cards returns one card for each caption: those for all networks first, each with all networks' buttons,
// then each network's own. The first is open, and so is a network's only one.
func (w *Web) cards(p part) []card {
	plain, plainNetwork := p.plain()
	var cards []card
	for _, i := range p.campaign.CaptionOrder(plainNetwork, p.page.Turn) {
		caption := p.campaign.Captions[i]
		if caption.Network != "" {
			continue
		}
		link := URL(w.LinkURL, plain.Code)
		text := p.campaign.Fill(plainNetwork, caption.Text, link)
		card := card{Heading: "Your words", Pieces: p.campaign.Pieces(text), Open: len(cards) == 0, Sheet: &sheet{
			Title: p.campaign.Title, Words: p.campaign.Words(plainNetwork, caption.Text), Link: link, Text: text,
			Record: NetworkURL("", p.page.Token, plainNetwork),
		}}
		if len(cards) > 0 {
			card.Heading = "Other words: " + opening(caption.Text)
		}
		for _, n := range p.campaign.Networks {
			card.Buttons = append(card.Buttons, w.button(p, n, i))
		}
		card.Paste = toPaste(card.Buttons)
		cards = append(cards, card)
	}
	onlyOwn := len(cards) == 0
	for _, n := range p.campaign.Networks {
		for _, i := range p.campaign.CaptionOrder(n, p.page.Turn) {
			caption := p.campaign.Captions[i]
			if caption.Network != n {
				continue
			}
			buttons := []button{w.button(p, n, i)}
			cards = append(cards, card{
				Heading: "For " + nameOf(n) + ": " + opening(caption.Text),
				Pieces:  p.campaign.Pieces(p.campaign.Fill(n, caption.Text, URL(w.LinkURL, p.links[n].Code))),
				Open:    onlyOwn, Buttons: buttons, Paste: toPaste(buttons),
			})
		}
	}
	return cards
}

func (w *Web) button(p part, n clarion.Network, index int) button {
	b := button{Network: n, Label: n.Label(), Address: CaptionURL("", p.page.Token, n, index)}
	if n.Composer() != "" && !n.TakesWords() {
		b.Copy = p.campaign.Words(n, p.campaign.CaptionAt(n, p.page.Turn, index))
	}
	return b
}

// toPaste names the networks on which the words have to be pasted.
func toPaste(buttons []button) string {
	var names []string
	for _, b := range buttons {
		if b.Copy != "" {
			names = append(names, b.Label)
		}
	}
	return strings.Join(names, " and ")
}

// nameOf returns a network's name within a sentence.
func nameOf(n clarion.Network) string {
	switch n {
	case clarion.Copy:
		return "pasting anywhere"
	case clarion.Email:
		return "e-mail"
	}
	return n.Label()
}

// opening returns a caption's first words, to tell it from others.
func opening(caption string) string { return clarion.Cut(caption, 36) }
