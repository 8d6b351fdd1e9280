package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// A player plays scenes in a world, and draws each.
type player struct {
	*world
	scenes map[string]drawn
}

// add draws what a handler answered.
func (p player) add(name string, r commands.Reply, err error) commands.Reply {
	p.t.Helper()
	if err != nil {
		said, _ := p.table.Explain(err, "ref-1")
		r.Message = chat.Simple(said)
	}
	switch {
	case r.Form != nil:
		p.scenes[name] = drawForm(p.t, r.Form)
	case r.Home != nil:
		p.scenes[name] = drawn{
			View:  marshal(p.t, slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: renderSlack(r.Home.Parts, inView)}}),
			Teams: marshal(p.t, outgoing(r.Home.Summary, renderTeams(r.Home))),
		}
	case r.Message != nil:
		p.scenes[name] = drawMessage(p.t, r.Message, inMessage)
		if hasFigures(r.Message) {
			p.scenes[name+"-plain"] = drawMessage(p.t, r.Message, inPlainMessage)
		}
		p.scenes[name+"-notice"] = drawn{View: marshal(p.t, slackNotice(r.Message, slackFormState{}))}
	default:
		p.t.Fatalf("%s has no answer: %+v", name, r)
	}
	return r
}

func (p player) from(user, channel string) commands.Request {
	return p.bot.request(slackOrigin{person: slackPerson(user, strings.ToLower(user[1:])), from: slackFormState{Channel: channel}})
}

// typed plays what comes of a slash command.
func (p player) typed(name, user, channel, slash, text string) commands.Reply {
	p.t.Helper()
	r, err := p.table.Type(p.t.Context(), slash, text, p.from(user, channel))
	return p.add(name, r, err)
}

// done plays what comes of a press or a form.
func (p player) done(name, user, channel, action string, change func(*commands.Request)) commands.Reply {
	p.t.Helper()
	request := p.from(user, channel)
	if change != nil {
		change(&request)
	}
	r, err := p.table.Do(p.t.Context(), action, request)
	return p.add(name, r, err)
}
