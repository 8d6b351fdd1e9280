package bot

import (
	"context"
	"maps"
	"slices"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// A teamsOrigin is where a request came from, and so where its reply can go.
type teamsOrigin struct {
	activity *teamsActivity
	person   chat.Person
	press    pressData         // of a press
	filled   map[string]string // the card's inputs, by their ids
	dialog   bool              // it was pressed in a dialog
}

func (o teamsOrigin) kind() string { return o.activity.kind() }

func (t *Teams) request(o teamsOrigin) commands.Request {
	return commands.Request{
		Workspace: t.cfg.Workspace, Host: &teamsHost{t}, Person: o.person, Channel: o.activity.place(),
		State: o.press.State, At: t.cfg.Now(),
	}
}

// message answers what a person typed, or pressed where dialogs cannot open.
func (t *Teams) message(ctx context.Context, a *teamsActivity) any {
	o := teamsOrigin{activity: a, person: a.person()}
	if o.person.IsZero() {
		return nil
	}
	var ok bool
	switch o.press, o.filled, ok = a.pressed(); {
	case ok && o.press.Back: // in a dialog that came too late to be one
		t.run.background(ctx, "back", func(ctx context.Context) { t.sayBack(ctx, o) })
		return nil
	case ok:
		t.dropCopy(ctx, o)
		return t.later(ctx, o, t.sayPressed)
	}
	if typed := a.typed(); typed != "" || a.Text != "" {
		o.press.Typed = typed
		return t.later(ctx, o, t.sayTyped)
	}
	return nil
}

// later replies to what does not have its answer in the response. When it returns, the handler is done, unless that takes
// longer than Teams waits.
func (t *Teams) later(ctx context.Context, o teamsOrigin, reply func(context.Context, teamsOrigin, outcome)) any {
	done := t.start(ctx, o)
	out, ok := t.run.wait(done)
	t.run.background(ctx, o.name(), func(ctx context.Context) {
		if !ok {
			out = <-done
		}
		reply(ctx, o, out)
	})
	if out.broken != "" {
		return brokenAnswer(out.broken)
	}
	return nil
}

// name is what is being done, for the log.
func (o teamsOrigin) name() string {
	if o.press.Action != "" {
		return o.press.Action
	}
	return "typed"
}

// start runs what was typed, pressed or handed in.
func (t *Teams) start(ctx context.Context, o teamsOrigin) <-chan outcome {
	return t.run.start(ctx, o.name(), o.person, func(ctx context.Context) (commands.Reply, error) {
		r := t.request(o)
		switch {
		case o.press.Action == "":
			return t.typed(ctx, o.press.Typed, r)
		case o.press.Form:
			return t.handedIn(ctx, o, r)
		}
		r.Value = o.press.Value
		if o.press.Choice != "" {
			if r.Value = o.filled[o.press.Choice]; r.Value == "" {
				return commands.Reply{}, clarion.Invalid("choice", "Choose something from the list first, then press Show.")
			}
		}
		return t.cfg.Table.Do(ctx, o.press.Action, r)
	})
}

// greetings are what people write to a bot to see what it has to say.
var greetings = []string{"home", "hi", "hello", "hey"}

// typed runs a command as it is typed in Teams: "drop campaign", where Slack has "/drop campaign".
func (t *Teams) typed(ctx context.Context, text string, r commands.Request) (commands.Reply, error) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "/"), " ")
	first = strings.ToLower(first)
	switch {
	case first == "":
		return t.cfg.Table.Type(ctx, "/clarion", "help", r)
	case slices.Contains(greetings, first):
		return t.cfg.Table.Do(ctx, commands.ActionHome, r)
	case slices.ContainsFunc(t.cfg.Table.Slashes(), func(s commands.Slash) bool { return s.Name == "/"+first }):
		return t.cfg.Table.Type(ctx, "/"+first, rest, r)
	}
	return t.cfg.Table.Type(ctx, "/clarion", strings.TrimPrefix(strings.TrimSpace(text), "/"), r)
}

// handedIn runs what a form calls, once its fields make sense by themselves.
func (t *Teams) handedIn(ctx context.Context, o teamsOrigin, r commands.Request) (commands.Reply, error) {
	values, wrong := readInputs(o.filled, t.zoneNamed(o.press.Zone))
	if o.press.Drawn != "" {
		form, err := unpack(o.press.Drawn)
		if err != nil {
			return commands.Reply{}, err
		}
		for name, why := range form.lacking(o.filled) {
			if wrong[name] == "" {
				wrong[name] = why
			}
		}
	}
	if err := t.people(ctx, o, values, wrong); err != nil {
		return commands.Reply{}, err
	}
	if len(wrong) > 0 {
		return commands.Reply{Wrong: wrong}, nil
	}
	r.Form = values
	return t.cfg.Table.Do(ctx, o.press.Action, r)
}

// people puts people in the place of the e-mail addresses by which a form names them.
func (t *Teams) people(ctx context.Context, o teamsOrigin, values chat.Values, wrong map[string]string) error {
	for id := range o.filled {
		name, kind, _ := inputID(id)
		if kind != kindPerson || values.Text(name) == "" {
			continue
		}
		p, err := t.personAt(ctx, o.activity, values.Text(name))
		if err != nil {
			return err
		}
		if p.IsZero() {
			wrong[name] = "I know nobody with this address in Teams. Ask them to write “hi” to me once, or check the address."
		}
		values[name] = chat.Value{Person: p}
	}
	return nil
}

// installed greets whoever added the bot, and forgets where it was taken away. Of the two activities that tell of an
// installation this is the one that comes once for each.
func (t *Teams) installed(ctx context.Context, a *teamsActivity) any {
	switch {
	case strings.HasPrefix(a.Action, "remove"):
		t.forget(ctx, a, true)
	case a.Action == "add":
		action := commands.ActionAdded
		if _, err := t.channels(ctx, a.place()); err != nil { // so that the bot can name them from the start
			t.cfg.Logger.Warn("the names of a team's channels are not known yet", "error", err)
		}
		if a.kind() == inPersonal {
			action = commands.ActionWelcome
		}
		o := teamsOrigin{activity: a, person: a.person(), press: pressData{Action: action}}
		return t.later(ctx, o, t.greet)
	}
	return nil
}

// changed forgets channels and teams that are gone, and people's chats.
func (t *Teams) changed(ctx context.Context, a *teamsActivity) {
	switch a.Data.Event {
	case "channelDeleted":
		t.forget(ctx, a, false)
		return
	case "teamDeleted", "teamHardDeleted":
		t.forget(ctx, a, true)
		return
	}
	if slices.ContainsFunc(a.Removed, func(m teamsAccount) bool { return m.ID == a.Recipient.ID }) {
		t.forget(ctx, a, true)
	}
}

// invoke answers a press in the response.
func (t *Teams) invoke(ctx context.Context, a *teamsActivity) any {
	o := teamsOrigin{activity: a, person: a.person(), dialog: a.Name == "task/submit"}
	switch a.Name {
	case "task/fetch", "task/submit", "adaptiveCard/action":
	default: // such as one for a message extension, of which the bot has none
		return nil
	}
	var ok bool
	if o.press, o.filled, ok = a.pressed(); !ok || o.person.IsZero() {
		o.press, o.filled = pressData{Action: "unknown"}, map[string]string{} // the table says that it does not know it
	}
	if o.press.Back {
		return t.putBack(o)
	}
	t.dropCopy(ctx, o)
	done := t.start(ctx, o)
	out, ok := t.run.wait(done)
	if !ok {
		t.run.background(ctx, o.name(), func(ctx context.Context) { t.sayPressed(ctx, o, <-done) })
		return t.waiting(o)
	}
	if out.broken != "" {
		t.run.background(ctx, o.name(), func(ctx context.Context) { t.sayPressed(ctx, o, out) })
		return brokenAnswer(out.broken)
	}
	if a.Name == "adaptiveCard/action" {
		return t.inPlace(ctx, o, out)
	}
	return t.inDialog(ctx, o, out)
}

// keepFilled keeps what stands in a form that takes the place of one with the same inputs.
func keepFilled(d *teamsDialog, f *chat.Form, o teamsOrigin) {
	if !o.dialog || o.press.Drawn == "" || f.Version != o.press.Version {
		return
	}
	before, err := unpack(o.press.Drawn)
	if err != nil || !maps.Equal(inputIDs(before), inputIDs(*d)) {
		return
	}
	d.filled(o.filled)
}

func inputIDs(d teamsDialog) map[string]bool {
	ids := map[string]bool{}
	walk(d.Card.Body, func(e *element) {
		if _, _, ok := inputID(e.ID); ok {
			ids[e.ID] = true
		}
	})
	return ids
}
