package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// A Handler answers one request. An error becomes a sentence for the person by [Table.Explain].
type Handler func(ctx context.Context, r Request) (Reply, error)

// A Role says who may use a command.
type Role int

const (
	// Anyone who can reach the bot.
	Anyone Role = iota
	// SocialTeam: those whom the operator named.
	SocialTeam
)

// A Command is one thing that can be typed.
type Command struct {
	Slash   string // "/drop"
	Word    string // the word after it, "campaign"; empty: the slash command alone
	Usage   string // what may follow, "[store]"
	Summary string // one sentence, for help and manifests
	Needs   Role
	Run     Handler
}

// Line returns the command as a person types it.
func (c Command) Line() string { return strings.TrimSpace(c.Slash + " " + c.Word) }

// A Slash is one slash command with all its words, as a platform registers it.
type Slash struct {
	Name    string // "/drop"
	Summary string
	Usage   string
}

// An Action is what a press or a submitted form calls, by its name.
type Action struct {
	Name  string
	Needs Role
	Run   Handler
}

// A Table has every command and action.
type Table struct {
	commands []Command
	actions  map[string]Action
	writers  map[clarion.DeliveryKind]Writer
	location *time.Location
}

// A Writer writes the message that a delivery carries, as it stands at a time. It is asked when the delivery is
// posted, and for a living post again and again afterwards.
type Writer func(ctx context.Context, w *storage.Workspace, d clarion.Delivery, at time.Time) (*chat.Message, error)

// Config is what the handlers need.
type Config struct {
	Addresses Addresses
	Rules     clarion.Rules
	Location  *time.Location // of the workspace: its weeks begin there
	NewID     func() string  // a UUID of version 7
	Feeds     Feeds          // reads the feed that the form of a topic names
}

// Addresses makes the public addresses of links and share pages.
type Addresses interface {
	// Link returns the address of a share link.
	Link(clarion.Code) string
	// Page returns the address of a partner's share page.
	Page(clarion.Token) string
	// Network returns the address that records a share and leads to the network's own composer, filled in
	// with the campaign's caption of that index, or the partner's first for the network when that does not fit.
	Network(token clarion.Token, n clarion.Network, caption int) string
}

// NewTable returns the table of everything that people can do. It panics when two entries have one name.
func NewTable(cfg Config) *Table {
	t := &Table{actions: map[string]Action{}, writers: map[clarion.DeliveryKind]Writer{}, location: cfg.Location}
	d := &drops{cfg}
	s := &shares{cfg}
	l := &leaderboards{cfg}
	p := &points{cfg}
	st := &stores{cfg}
	rs := &reports{cfg}
	h := &help{cfg, t}
	b := &bursts{cfg}
	ap := &approvals{d}
	tp := &topics{cfg, d}
	hm := &home{cfg, l, p}

	t.add(
		Command{Slash: "/drop", Summary: "The same as /drop list", Needs: SocialTeam, Run: d.list},
		Command{Slash: "/drop", Word: "campaign", Summary: "Write a campaign and post it to store channels", Needs: SocialTeam, Run: d.write},
		Command{Slash: "/drop", Word: "list", Summary: "See what is planned, runs and is done, store by store", Needs: SocialTeam, Run: d.list},
		Command{Slash: "/drop", Word: "edit", Usage: "[title]", Summary: "Change a campaign, also one that is posted", Needs: SocialTeam, Run: d.typed("edit")},
		Command{Slash: "/drop", Word: "copy", Usage: "[title]", Summary: "Write a campaign that is like another", Needs: SocialTeam, Run: d.typed("copy")},
		Command{Slash: "/drop", Word: "cancel", Usage: "[title]", Summary: "Give up a campaign that is not posted yet", Needs: SocialTeam, Run: d.typed("cancel")},
		Command{Slash: "/drop", Word: "stop", Usage: "[title]", Summary: "Take a posted campaign back everywhere; it can be undone", Needs: SocialTeam, Run: d.typed("stop")},
		Command{Slash: "/drop", Word: "topics", Summary: "Let queues of campaigns go out by a schedule, and fill them by feeds", Needs: SocialTeam, Run: tp.list},
		Command{Slash: "/leaderboard", Usage: "[partners] [last | all]", Summary: "See which store leads", Run: l.command},
		Command{Slash: "/points", Summary: "See your points, your rank and your links", Run: p.command},
		Command{Slash: "/points", Word: "why", Summary: "See what each of your points was for", Run: p.why},
		Command{Slash: "/report", Word: "campaign", Usage: "[title]", Summary: "See what came of a campaign", Needs: SocialTeam, Run: rs.campaign},
		Command{Slash: "/report", Word: "stores", Usage: "[this | last | 2026-W47]", Summary: "Compare the stores' sharing with their appointments", Needs: SocialTeam, Run: rs.stores},
		Command{Slash: "/report", Word: "bursts", Summary: "Decide on visits that came too many at once", Needs: SocialTeam, Run: b.list},
		Command{Slash: "/store", Summary: "See which store this channel is", Run: st.show},
		Command{Slash: "/store", Word: "link", Usage: "[store]", Summary: "Make this channel a store's channel", Needs: SocialTeam, Run: st.link},
		Command{Slash: "/store", Word: "unlink", Summary: "Take this channel away from its store", Needs: SocialTeam, Run: st.unlink},
		Command{Slash: "/clarion", Word: "help", Summary: "List what you may do", Run: h.command},
	)
	t.handle(
		Action{Name: actionDropWrite, Needs: SocialTeam, Run: d.written},
		Action{Name: actionDropConfirm, Needs: SocialTeam, Run: d.confirmed},
		Action{Name: actionDropNew, Needs: SocialTeam, Run: d.write},
		Action{Name: actionDropPage, Needs: SocialTeam, Run: d.turn},
		Action{Name: actionDropDetails, Needs: SocialTeam, Run: d.details},
		Action{Name: actionDropDetailsRetry, Needs: SocialTeam, Run: d.detailsRetry},
		Action{Name: actionDropEdit, Needs: SocialTeam, Run: d.edit},
		Action{Name: actionDropRewrite, Needs: SocialTeam, Run: d.rewritten},
		Action{Name: actionDropSave, Needs: SocialTeam, Run: d.saved},
		Action{Name: actionDropCopy, Needs: SocialTeam, Run: d.copied},
		Action{Name: actionDropCancelAsk, Needs: SocialTeam, Run: d.cancelAsk},
		Action{Name: actionDropCancel, Needs: SocialTeam, Run: d.cancelled},
		Action{Name: actionDropStop, Needs: SocialTeam, Run: d.stop},
		Action{Name: actionDropStopped, Needs: SocialTeam, Run: d.stopped},
		Action{Name: actionDropUndo, Needs: SocialTeam, Run: d.undone},
		Action{Name: actionDropRetry, Needs: SocialTeam, Run: d.retry},
		Action{Name: actionApprovalYes, Run: ap.yes},
		Action{Name: actionApprovalBack, Run: ap.back},
		Action{Name: actionApprovalReason, Run: ap.sentBack},
		Action{Name: actionTopicNew, Needs: SocialTeam, Run: tp.write},
		Action{Name: actionTopicEdit, Needs: SocialTeam, Run: tp.edit},
		Action{Name: actionTopicWrite, Needs: SocialTeam, Run: tp.written},
		Action{Name: actionTopicConfirm, Needs: SocialTeam, Run: tp.confirmed},
		Action{Name: actionTopicPause, Needs: SocialTeam, Run: tp.pause},
		Action{Name: actionTopicResume, Needs: SocialTeam, Run: tp.resume},
		Action{Name: actionTopicDelete, Needs: SocialTeam, Run: tp.deleted},
		Action{Name: actionTopicAdd, Needs: SocialTeam, Run: tp.add},
		Action{Name: actionTopicQueue, Needs: SocialTeam, Run: tp.queue},
		Action{Name: actionTopicUp, Needs: SocialTeam, Run: tp.up},
		Action{Name: actionTopicRemove, Needs: SocialTeam, Run: tp.remove},
		Action{Name: actionSuggestions, Needs: SocialTeam, Run: tp.suggestions},
		Action{Name: actionSuggestionAdd, Needs: SocialTeam, Run: tp.accept},
		Action{Name: actionSuggestionEdit, Needs: SocialTeam, Run: tp.editFirst},
		Action{Name: actionSuggestionDismiss, Needs: SocialTeam, Run: tp.dismiss},
		Action{Name: actionReportCampaign, Needs: SocialTeam, Run: rs.showCampaign},
		Action{Name: actionReportOpen, Needs: SocialTeam, Run: rs.openCampaign},
		Action{Name: actionReportStores, Needs: SocialTeam, Run: rs.showStores},
		Action{Name: ActionShare, Run: s.open},
		Action{Name: actionShareStore, Run: s.storeChosen},
		Action{Name: actionShareCaption, Run: s.captionChosen},
		Action{Name: actionShareCopy, Run: s.copyLink},
		Action{Name: actionShareRevoke, Run: s.revoked},
		Action{Name: actionShareOpened, Run: nothing},
		Action{Name: ActionLeaderboard, Run: l.show},
		Action{Name: actionLeaderboardPartners, Run: l.show},
		Action{Name: actionLeaderboardPeriod, Run: l.show},
		Action{Name: actionLeaderboardPublish, Run: l.publish},
		Action{Name: ActionPoints, Run: p.command},
		Action{Name: actionPointsWhy, Run: p.why},
		Action{Name: actionStoreLink, Needs: SocialTeam, Run: st.chosen},
		Action{Name: actionStoreTeam, Needs: SocialTeam, Run: st.team},
		Action{Name: actionStoreTeamLinked, Needs: SocialTeam, Run: st.teamLinked},
		Action{Name: ActionAdded, Run: added},
		Action{Name: actionBurstRelease, Needs: SocialTeam, Run: b.release},
		Action{Name: actionBurstRefuse, Needs: SocialTeam, Run: b.refuse},
		Action{Name: ActionHome, Run: hm.show},
		Action{Name: ActionWelcome, Run: hm.welcome},
	)
	t.writers[clarion.DropDelivery] = d.post
	t.writers[clarion.TroubleDelivery] = d.trouble
	t.writers[clarion.WinnersDelivery] = announcement
	t.writers[clarion.BurstDelivery] = b.question
	t.writers[clarion.ReminderDelivery] = d.reminder
	t.writers[clarion.ApprovalDelivery] = ap.question
	t.writers[clarion.DecisionDelivery] = ap.decision
	t.writers[clarion.SuggestionDelivery] = tp.question
	t.writers[clarion.TopicDelivery] = tp.notice
	return t
}

func (t *Table) add(commands ...Command) {
	for _, c := range commands {
		if slices.ContainsFunc(t.commands, func(o Command) bool { return o.Line() == c.Line() }) {
			panic("commands: two commands are called " + c.Line())
		}
		t.commands = append(t.commands, c)
	}
}

func (t *Table) handle(actions ...Action) {
	for _, a := range actions {
		if _, taken := t.actions[a.Name]; taken {
			panic("commands: two actions are called " + a.Name)
		}
		t.actions[a.Name] = a
	}
}

// Commands returns every command, in the order of help.
func (t *Table) Commands() []Command { return slices.Clone(t.commands) }

// Slashes returns the slash commands to register with a platform. The usage of one that can also be typed alone
// is in brackets.
func (t *Table) Slashes() []Slash {
	summaries := map[string]string{
		"/drop":        "Plan, post and change campaigns (social team)",
		"/report":      "See what came of campaigns and stores (social team)",
		"/leaderboard": "See which store leads",
		"/points":      "See your points, your rank and your links",
		"/store":       "See or set which store a channel is",
		"/clarion":     "What Clarion can do for you",
	}
	var slashes []Slash
	for _, c := range t.commands {
		usage := strings.TrimSpace(c.Word + " " + c.Usage)
		if n := len(slashes); n > 0 && slashes[n-1].Name == c.Slash {
			slashes[n-1].Usage += " | " + usage
			continue
		}
		slashes = append(slashes, Slash{Name: c.Slash, Summary: cmp.Or(summaries[c.Slash], c.Summary), Usage: usage})
	}
	for i := range slashes {
		if words, alone := strings.CutPrefix(slashes[i].Usage, " | "); alone {
			slashes[i].Usage = "[" + words + "]"
		}
	}
	return slashes
}

// Type runs what a person typed: a slash command and the text after it.
func (t *Table) Type(ctx context.Context, slash, text string, r Request) (Reply, error) {
	r.Words = strings.Fields(text)
	var bare *Command
	known := false
	for i, c := range t.commands {
		if c.Slash != slash {
			continue
		}
		known = true
		if c.Word == "" {
			bare = &t.commands[i]
		} else if len(r.Words) > 0 && strings.EqualFold(c.Word, r.Words[0]) {
			r.Words = r.Words[1:]
			return t.run(ctx, c.Needs, c.Line(), c.Run, r)
		}
	}
	switch {
	case bare != nil && (len(r.Words) == 0 || bare.Usage != ""):
		return t.run(ctx, bare.Needs, bare.Line(), bare.Run, r)
	case known && len(r.Words) == 0:
		return (&help{table: t}).of(ctx, slash, r)
	case known:
		return t.unknown(ctx, slash, fmt.Sprintf("I don't know “%s %s”.", slash, r.Words[0]), r)
	}
	return Reply{}, fmt.Errorf("%s: %w", slash, ErrUnknown)
}

func (t *Table) unknown(ctx context.Context, slash, sentence string, r Request) (Reply, error) {
	reply, err := (&help{table: t}).of(ctx, slash, r)
	if err != nil {
		return Reply{}, err
	}
	reply.Message.Parts = append([]chat.Part{chat.Paragraphs(chat.Say(sentence))}, reply.Message.Parts...)
	reply.Message.Summary = sentence
	return reply, nil
}

// Do runs what a press or a submitted form calls.
func (t *Table) Do(ctx context.Context, action string, r Request) (Reply, error) {
	a, ok := t.actions[action]
	if !ok {
		return Reply{}, fmt.Errorf("action %q: %w", action, ErrUnknown)
	}
	return t.run(ctx, a.Needs, a.Name, a.Run, r)
}

func (t *Table) run(ctx context.Context, needs Role, name string, h Handler, r Request) (Reply, error) {
	if err := allow(ctx, needs, r); err != nil {
		return Reply{}, fmt.Errorf("%s: %w", name, err)
	}
	reply, err := h(ctx, r)
	if err == nil {
		err = named(ctx, r, reply)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("%s: %w", name, err)
	}
	return reply, nil
}

// named names everybody in a reply.
func named(ctx context.Context, r Request, reply Reply) error {
	n := naming{r.Workspace, r.Person.Platform}
	for _, m := range []*chat.Message{reply.Message, reply.Home} {
		if err := n.message(ctx, m); err != nil {
			return err
		}
	}
	if reply.Form == nil {
		return nil
	}
	return n.parts(ctx, reply.Form.Parts)
}

func nothing(context.Context, Request) (Reply, error) { return Reply{}, nil }
