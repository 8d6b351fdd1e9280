package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

// homePlace is the address's name for the bot's Home tab, where a channel's id would stand.
const homePlace = "home"

// A screen is all that one person sees at one place: what the template page.html draws.
type screen struct {
	Title    string
	Prefix   string
	Assets   string
	Me       person
	People   []person
	Bot      person
	Channels []channelItem
	Direct   *channelItem // the conversation with the bot, when there is one
	Place    place
	Days     []day
	Home     template.HTML
	HomeID   string
	HomeLink string
	Unread   int // in all channels but the shown one
	Views    []modal
	Clock    clockFace
	Commands []playground.Command
	Intro    []guideStep
	Draft    string
}

// A place is what stands in the middle of the screen.
type place struct {
	ID       string // a channel's id, or "home"
	Name     string
	Topic    string
	Home     bool
	Direct   bool
	Private  bool
	Archived bool
	Members  int
}

type person struct {
	ID, Name, Role, Initials string
	Hue                      int // 0 to 7: which colour the avatar has
	Bot                      bool
	Current                  bool
	Link                     string
}

type channelItem struct {
	ID, Name string
	Private  bool
	Archived bool
	Current  bool
	Unread   int
	Link     string
}

type clockFace struct {
	Text  string // "Mon 23 Nov, 09:00", and its parts
	Day   string
	Date  string
	Time  string
	Moves []Move
}

type guideStep struct {
	Title string
	Text  template.HTML
	Link  string
	Draft string
}

// A modal is one view of the stack of forms that a person has open.
type modal struct {
	ID, Title, Close, Submit string
	Top                      bool
	Trouble                  string // what is wrong with the form as a whole
	Body                     template.HTML
}

// show draws the whole page. Looking at a channel marks it as read.
func (p *page) show(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	me, err := p.person(cmp.Or(q.Get("as"), p.DefaultUser))
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	at, err := p.place(me, q.Get("in"))
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	s := p.screen(me, at)
	s.Draft = q.Get("draft")
	var out bytes.Buffer
	if err := p.templates.ExecuteTemplate(&out, "page.html", s); err != nil {
		p.refuse(w, r, fmt.Errorf("draw the page: %w", err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = out.WriteTo(w)
}

// person finds who acts; a bot has no page, and neither has who is gone.
func (p *page) person(id string) (playground.User, error) {
	u, ok := p.Slack.User(id)
	if !ok || u.Bot || u.Gone {
		return u, refusal{http.StatusNotFound, "There is no person with the id " + quote(id) + " here. Choose one at the foot of the sidebar."}
	}
	return u, nil
}

// place finds what a person looks at. Another person's conversation with the bot becomes their own, and a
// channel that they cannot see becomes the default one, so that switching between people keeps the place where
// it can.
func (p *page) place(me playground.User, in string) (place, error) {
	if in == homePlace {
		return place{ID: homePlace, Name: "Home", Home: true}, nil
	}
	visible := p.Slack.Channels(me.ID)
	wanted, known := p.Slack.Channel(cmp.Or(in, p.DefaultChannel))
	if in != "" && !known {
		return place{}, refusal{http.StatusNotFound, "There is no channel " + quote(in) + " here. Choose one in the sidebar."}
	}
	for _, ch := range visible {
		if known && (ch.ID == wanted.ID || wanted.Direct != "" && ch.Direct == me.ID) {
			return p.placeOf(ch), nil
		}
	}
	if fallback, ok := p.Slack.Channel(p.DefaultChannel); ok {
		for _, ch := range visible {
			if ch.ID == fallback.ID {
				return p.placeOf(ch), nil
			}
		}
	}
	if len(visible) == 0 {
		return place{}, refusal{http.StatusNotFound, me.Real + " can see no channel."}
	}
	return p.placeOf(visible[0]), nil
}

func (p *page) placeOf(ch playground.Channel) place {
	at := place{
		ID: ch.ID, Name: ch.Name, Topic: ch.Topic, Direct: ch.Direct != "",
		Private: ch.Private, Archived: ch.Archived, Members: len(ch.Members),
	}
	if at.Direct {
		at.Name = p.bot().Name
	}
	return at
}

// screen gathers everything that me sees at this place, and marks its messages as read.
func (p *page) screen(me playground.User, at place) screen {
	s := screen{
		Title: p.Title, Prefix: p.Prefix, Assets: p.assets,
		Me: p.face(me), Bot: p.bot(), Place: at,
		Clock:    p.clockFace(),
		Commands: p.Slack.Commands(),
		HomeLink: p.link(me.ID, homePlace, ""),
	}
	for _, u := range p.Slack.Users() {
		if !u.Bot && !u.Gone {
			f := p.face(u)
			f.Current, f.Link = u.ID == me.ID, p.link(u.ID, at.ID, "")
			s.People = append(s.People, f)
		}
	}
	for _, ch := range p.Slack.Channels(me.ID) {
		messages := p.Slack.Messages(ch.ID, me.ID)
		item := channelItem{
			ID: ch.ID, Name: ch.Name, Private: ch.Private, Archived: ch.Archived,
			Current: ch.ID == at.ID, Link: p.link(me.ID, ch.ID, ""),
		}
		if item.Current {
			s.Days = p.days(messages)
			p.read.read(me.ID, ch.ID, messages)
		}
		item.Unread = p.read.unread(me.ID, ch.ID, messages)
		s.Unread += item.Unread
		if ch.Direct != "" {
			item.Name = s.Bot.Name
			s.Direct = &item
			continue
		}
		s.Channels = append(s.Channels, item)
	}
	if home, ok := p.Slack.Home(me.ID); at.Home && ok {
		s.Home, s.HomeID = p.form(home), home.ID
	}
	views := p.Slack.Views(me.ID)
	for i, v := range views {
		s.Views = append(s.Views, p.modal(v, i == len(views)-1))
	}
	for _, step := range p.Intro {
		s.Intro = append(s.Intro, p.guideStep(me, at, step))
	}
	return s
}

// modal reads the parts of a view that stand around its blocks.
func (p *page) modal(v playground.View, top bool) modal {
	type text struct{ Text string }
	var around struct{ Title, Close, Submit *text }
	// The server has checked the view before it took it; what cannot be read here stays empty.
	_ = json.Unmarshal(v.JSON, &around)
	or := func(t *text, fallback string) string {
		if t == nil {
			return fallback
		}
		return t.Text
	}
	m := modal{ID: v.ID, Top: top, Body: p.form(v), Title: or(around.Title, ""), Submit: or(around.Submit, ""), Trouble: v.Errors[""]}
	m.Close = or(around.Close, "Close")
	if around.Close == nil && m.Submit != "" {
		m.Close = "Cancel"
	}
	return m
}

// form draws the blocks and inputs of a modal or a Home tab.
func (p *page) form(v playground.View) template.HTML {
	o := p.drawOptions()
	o.Errors = v.Errors
	return blockkit.DrawView(v.JSON, o)
}

func (p *page) guideStep(me playground.User, at place, step Step) guideStep {
	g := guideStep{Title: step.Title, Text: blockkit.DrawText(step.Text, p.drawOptions()), Draft: step.Draft}
	if step.As != "" || step.In != "" || step.Draft != "" {
		in := cmp.Or(step.In, at.ID)
		if ch, ok := p.Slack.Channel(in); ok {
			in = ch.ID
		}
		g.Link = p.link(cmp.Or(step.As, me.ID), in, step.Draft)
	}
	return g
}

// drawOptions tells the drawing of blocks who and what is meant by an id, and what a picker offers.
func (p *page) drawOptions() blockkit.DrawOptions {
	o := blockkit.DrawOptions{
		Location: p.Location,
		UserName: func(id string) string {
			if u, ok := p.Slack.User(id); ok {
				return cmp.Or(u.Real, u.Name)
			}
			return id
		},
		ChannelName: func(id string) string {
			if ch, ok := p.Slack.Channel(id); ok {
				return ch.Name
			}
			return id
		},
	}
	for _, u := range p.Slack.Users() {
		if !u.Bot && !u.Gone { // a picker offers who can be written to
			o.Users = append(o.Users, blockkit.Option{Value: u.ID, Label: cmp.Or(u.Real, u.Name)})
		}
	}
	// A picker offers the channels that everybody can see.
	for _, ch := range p.Slack.Channels("") {
		if ch.Direct == "" && !ch.Private && !ch.Archived {
			o.Channels = append(o.Channels, blockkit.Option{Value: ch.ID, Label: "#" + ch.Name})
		}
	}
	return o
}

// bot is the face of the workspace's app.
func (p *page) bot() person { return p.face(p.Slack.Bot()) }

func (p *page) face(u playground.User) person {
	name := cmp.Or(u.Real, u.Name, u.ID)
	h := fnv.New32a()
	_, _ = h.Write([]byte(u.ID))
	return person{ID: u.ID, Name: name, Role: u.Role, Initials: initials(name), Hue: int(h.Sum32() % 8), Bot: u.Bot}
}

// initials are the first letters of the first and the last word of a name.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return firstUpper(words[0])
	}
	return firstUpper(words[0]) + firstUpper(words[len(words)-1])
}

func firstUpper(word string) string {
	for _, r := range word {
		return string(unicode.ToUpper(r))
	}
	return ""
}

// link is the address of the page as one person, in one place, with a draft in the composer when there is one.
func (p *page) link(as, in, draft string) string {
	q := url.Values{"as": {as}, "in": {in}}
	if draft != "" {
		q.Set("draft", draft)
	}
	return p.Prefix + "/?" + q.Encode()
}
