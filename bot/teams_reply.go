package bot

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// replyPatience is how long a reply to a person may wait for Teams' limits.
const replyPatience = 10 * time.Second

// A taskAnswer answers task/fetch and task/submit: with a dialog, or with a sentence in it
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots).
type taskAnswer struct {
	Task taskTurn `json:"task"`
}

type taskTurn struct {
	Type  string `json:"type"` // "continue" with a taskInfo, "message" with a text
	Value any    `json:"value"`
}

type taskInfo struct {
	Title  string     `json:"title"`
	Height string     `json:"height"`
	Width  string     `json:"width"`
	Card   attachment `json:"card"`
}

func (d teamsDialog) answer() taskAnswer {
	height := "medium"
	if len(d.Card.Body) > 8 {
		height = "large"
	}
	return taskAnswer{taskTurn{Type: "continue", Value: taskInfo{Title: clipped(d.Title, teamsTitle), Height: height, Width: "medium", Card: attached(d.Card)}}}
}

// inWords answers with a sentence in place of a dialog.
func inWords(s string) taskAnswer { return taskAnswer{taskTurn{Type: "message", Value: s}} }

// inDialog answers a press whose dialog opens or goes on.
func (t *Teams) inDialog(ctx context.Context, o teamsOrigin, out outcome) any {
	r := out.reply
	switch {
	case r.Message != nil && r.Public:
		t.run.background(ctx, o.name(), func(ctx context.Context) { t.say(ctx, o, r) })
		if r.Form == nil {
			return inWords("It is posted for all to see.")
		}
	case r.Message != nil && r.Form != nil: // the dialog shows the form
		t.run.background(ctx, o.name(), func(ctx context.Context) { t.sent(t.Tell(ctx, o.person, r.Message), "writing to a person") })
	}
	if d, ok := t.dialog(ctx, o, out); ok {
		return d.answer()
	}
	if o.dialog {
		return nil // which closes it
	}
	return inWords("Done.")
}

// dialog draws what a person is shown alone: a form, a message, or the form anew with what is wrong in it.
func (t *Teams) dialog(ctx context.Context, o teamsOrigin, out outcome) (d teamsDialog, ok bool) {
	r := out.reply
	if o.press.Form && o.press.Drawn != "" && (out.failed || len(r.Wrong) > 0) {
		notice := chat.Text{}
		if out.failed {
			notice = chat.Say(r.Message.Summary)
		}
		if d, err := again(o.press.Drawn, o.filled, r.Wrong, notice); err == nil {
			return d, true
		}
	}
	via := o.via()
	switch {
	case len(r.Wrong) > 0:
		d = t.dialogOf(ctx, noticeForm(toMend(r.Wrong)), utc, nil)
		t.back(&d, o, "Back")
	case r.Form != nil:
		z := t.zoneNamed(o.activity.zone())
		d = t.dialogOf(ctx, r.Form, z, via)
		keepFilled(&d, r.Form, o)
		if r.Over {
			label := r.Form.Close
			if label == "" || label == "Close" {
				label = "Back"
			}
			t.back(&d, o, label)
		}
	case r.Home != nil:
		d = t.dialogOf(ctx, noticeForm(r.Home), utc, via)
	case r.Message != nil:
		d = t.dialogOf(ctx, noticeForm(r.Message), utc, via)
		switch {
		case out.failed && o.press.Form: // as it was handed in
			d.leadBack("Try again", o.press)
		case !r.Replace && !o.press.Form:
			t.back(&d, o, "Back")
		}
	default:
		return d, false
	}
	return d, true
}

// via is the press that this was, to make it again; a form that was handed in is not handed in twice.
func (o teamsOrigin) via() *viaPress {
	if o.press.Form {
		return nil
	}
	value := o.press.Value
	if o.press.Choice != "" {
		value = o.filled[o.press.Choice]
	}
	return &viaPress{Action: o.press.Action, Value: value, Typed: o.press.Typed}
}

// back leads from a dialog to the one in which the press was, if it was in one.
func (t *Teams) back(d *teamsDialog, o teamsOrigin, label string) {
	if !o.dialog {
		return
	}
	if to, ok := backTo(o.press, o.filled); ok {
		d.leadBack(label, to)
	}
}

// putBack shows a form again that another dialog took the place of.
func (t *Teams) putBack(o teamsOrigin) any {
	d, err := unpack(o.press.Drawn)
	if err != nil {
		t.cfg.Logger.Warn("a form could not be shown again", "error", err)
		return inWords("I can't show that again. Close this, and open it anew.")
	}
	d.carry(o.press.Drawn)
	return d.answer()
}

// sayBack sends a form again that was pressed back to in the personal chat.
func (t *Teams) sayBack(ctx context.Context, o teamsOrigin) {
	d, err := unpack(o.press.Drawn)
	if err != nil {
		t.cfg.Logger.Warn("a form could not be shown again", "error", err)
		return
	}
	d.carry(o.press.Drawn)
	t.sent(t.tellCard(ctx, o.person, d.Title, attached(d.Card)), "writing to a person")
}

// waiting answers a press whose handler takes longer than Teams waits.
func (t *Teams) waiting(o teamsOrigin) any {
	const sentence = "This takes longer than usual. I write to you in our chat when it is done."
	if o.activity.Name == "adaptiveCard/action" {
		return actionMessage(sentence)
	}
	return inWords(sentence)
}

// An actionAnswer answers adaptiveCard/action
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#response-format).
type actionAnswer struct {
	StatusCode int    `json:"statusCode"`
	Type       string `json:"type"`
	Value      any    `json:"value"`
}

func actionMessage(s string) actionAnswer {
	return actionAnswer{http.StatusOK, "application/vnd.microsoft.activity.message", s}
}

// inPlace answers a press that changes the message in which it was: for the person who pressed by the answer, and for all
// others, where they are to see it, by a change of the message.
func (t *Teams) inPlace(ctx context.Context, o teamsOrigin, out outcome) any {
	r := out.reply
	if r.Message != nil && r.Replace && !out.failed {
		drawn := renderTeams(r.Message)
		if r.Public || o.kind() == inPersonal {
			t.run.background(ctx, o.name(), func(ctx context.Context) { t.replace(ctx, o, r.Message) })
		}
		return actionAnswer{http.StatusOK, cardType, drawn.Content}
	}
	if r.Message != nil && r.Form == nil && (out.failed || len(r.Message.Parts) < 2) {
		return actionMessage(plainText(r.Message))
	}
	if r.Message == nil && r.Form == nil && r.Home == nil && len(r.Wrong) == 0 {
		return actionMessage("Done.")
	}
	t.run.background(ctx, o.name(), func(ctx context.Context) { t.sayPressed(ctx, o, out) })
	return actionMessage("I answered you in our chat.")
}

// plainText is a message of one paragraph without its markup.
func plainText(m *chat.Message) string {
	for _, p := range m.Parts {
		if p, ok := p.(chat.Paragraph); ok {
			var b strings.Builder
			for _, run := range p.Text {
				if run.Moment.IsZero() {
					b.WriteString(shownAs(run))
				} else {
					b.WriteString(run.Text)
				}
			}
			return b.String()
		}
	}
	return m.Summary
}

// sayPressed replies to a press by messages, where there is no dialog: in the personal chat.
func (t *Teams) sayPressed(ctx context.Context, o teamsOrigin, out outcome) {
	r := out.reply
	if r.Message != nil && r.Replace && !out.failed && (r.Public || o.kind() == inPersonal) && o.activity.ReplyToID != "" {
		if t.replace(ctx, o, r.Message) {
			return
		}
	}
	if r.Message != nil && r.Public {
		t.say(ctx, o, r)
		return
	}
	d, ok := t.dialog(ctx, o, out)
	if !ok {
		return
	}
	t.sent(t.tellCard(ctx, o.person, d.Title, attached(d.Card)), "writing to a person")
}

// sayTyped replies to what was typed: in the conversation, unless it is for that person alone.
func (t *Teams) sayTyped(ctx context.Context, o teamsOrigin, out outcome) {
	r := out.reply
	switch {
	case r.Form != nil:
		m := opening(r.Form, pressData{Typed: o.press.Typed})
		t.sent(t.talk(ctx, o.activity, m.summary, attached(m.card)), "answering in a conversation")
		if r.Message != nil {
			t.say(ctx, o, r)
		}
	case r.Home != nil:
		t.say(ctx, o, commands.Reply{Message: r.Home})
	case r.Message != nil:
		t.say(ctx, o, r)
	}
}

// An openingCard stands in a conversation for a form, which opens only when somebody presses.
type openingCard struct {
	summary string
	card    card
}

func opening(f *chat.Form, press pressData) openingCard {
	r := teamsRenderer{where: onMessage, zone: utc, rows: teamsRows}
	c := r.card(f.Title, []chat.Part{chat.Paragraphs(chat.Strong(f.Title)), chat.Note(chat.Say("It opens for you alone."))})
	c.Body = append(c.Body, element{Type: "ActionSet", Actions: []cardAction{
		{Type: "Action.Submit", Title: "Open the form", Style: "positive", Data: &actionData{Clarion: press, Teams: fetch()}},
	}})
	return openingCard{f.Title, c}
}

// say says a message where it was asked for: to all there, or to the person alone.
func (t *Teams) say(ctx context.Context, o teamsOrigin, r commands.Reply) {
	m := r.Message
	if o.kind() == inPersonal || r.Public || r.Open {
		t.sent(t.talk(ctx, o.activity, m.Summary, renderTeams(m)), "answering in a conversation")
		return
	}
	note := chat.Say("I answered you in our chat, where only you see it.")
	if !t.sent(t.Tell(ctx, o.person, m), "writing to a person") {
		note = chat.Say("I can't write to you alone. Add me as an app for yourself: press my name, then Add.")
	}
	t.sent(t.talk(ctx, o.activity, note.String(), renderTeams(chat.Simple(note))), "answering in a conversation")
}

// greet says a handler's message in the conversation to which the bot was added.
func (t *Teams) greet(ctx context.Context, o teamsOrigin, out outcome) {
	m := out.reply.Message
	if m == nil {
		m = out.reply.Home
	}
	if m != nil {
		t.sent(t.talk(ctx, o.activity, m.Summary, renderTeams(m)), "greeting")
	}
}

// replace puts a message in the place of the one that was pressed in.
func (t *Teams) replace(ctx context.Context, o teamsOrigin, m *chat.Message) bool {
	a := o.activity
	address := serviceAddress(a.ServiceURL, "v3", "conversations", a.Conversation.ID, "activities", a.ReplyToID)
	body := outgoing(m.Summary, renderTeams(m))
	body.ID = a.ReplyToID
	return t.sent(t.service.do(ctx, call{http.MethodPut, address, body, replyPatience}, nil), "changing a message")
}

// An outgoingActivity is a message of the bot's. It has one card and no text beside it: more than one piece is sent as
// several messages, of which the ids are lost. msbotbuilder-go's type writes times that were not set as the year 1.
type outgoingActivity struct {
	Type        string       `json:"type"` // "message"
	ID          string       `json:"id,omitempty"`
	Summary     string       `json:"summary,omitempty"` // what a notification says
	Attachments []attachment `json:"attachments"`
}

func outgoing(summary string, drawn attachment) outgoingActivity {
	return outgoingActivity{Type: "message", Summary: clipped(summary, teamsSummary), Attachments: []attachment{drawn}}
}

// talk sends a card into the conversation of an activity.
func (t *Teams) talk(ctx context.Context, a *teamsActivity, summary string, drawn attachment) error {
	address := serviceAddress(a.ServiceURL, "v3", "conversations", a.Conversation.ID, "activities")
	return t.service.do(ctx, call{http.MethodPost, address, outgoing(summary, drawn), replyPatience}, nil)
}

// addAnswering keeps who answers an invoke, unless somebody does already: then it returns that one.
func (t *Teams) addAnswering(key string, mine *answering) (before *answering, found bool) {
	t.answersMu.Lock()
	defer t.answersMu.Unlock()
	if before, found = t.answers.Get(key); !found {
		t.answers.Add(key, mine)
	}
	return before, found
}

// dialogOf draws a form with the addresses of the people in it.
func (t *Teams) dialogOf(ctx context.Context, f *chat.Form, z *zone, via *viaPress) teamsDialog {
	return dialogOf(f, z, via, func(p chat.Person) string { return t.addressOf(ctx, p) })
}
