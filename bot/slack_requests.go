package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// slackInteraction is what the bot reads of an interaction. Slack sends the whole message or view along;
// slack-go's own type would decode all of its blocks for every press.
type slackInteraction struct {
	Type        slack.InteractionType `json:"type"`
	TriggerID   string                `json:"trigger_id"`
	ResponseURL string                `json:"response_url"`
	User        struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Ephemeral bool `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		ID             string `json:"action_id"`
		Value          string `json:"value"`
		SelectedOption struct {
			Value string `json:"value"`
		} `json:"selected_option"`
	} `json:"actions"`
	View *struct {
		ID         string         `json:"id"`
		Type       slack.ViewType `json:"type"`
		CallbackID string         `json:"callback_id"`
		Metadata   string         `json:"private_metadata"`
		Below      string         `json:"previous_view_id"` // the one that this one stands on; empty: none
		Root       string         `json:"root_view_id"`     // the lowest of the stack
		State      struct {
			Values map[string]map[string]slack.BlockAction `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// A slackOrigin is where a request came from, and so where its reply can go.
type slackOrigin struct {
	person    chat.Person
	trigger   string         // opens a modal within three seconds
	ephemeral bool           // the pressed message is one that only this person sees
	view      string         // the modal that was pressed in or submitted
	home      bool           // it was the Home tab
	from      slackFormState // the channel and response URL
}

func slackPerson(id, name string) chat.Person {
	return chat.Person{Platform: clarion.Slack, ID: id, Name: name}
}

// command answers a slash command. The result is the response's body; nil: a bare acknowledgement.
func (s *Slack) command(ctx context.Context, c slack.SlashCommand) any {
	if !s.seen.first(c.TriggerID) {
		return nil
	}
	o := slackOrigin{person: slackPerson(c.UserID, c.UserName), trigger: c.TriggerID, from: s.comesFrom(c.ChannelID, c.ResponseURL)}
	done := s.run.start(ctx, c.Command, o.person, func(ctx context.Context) (commands.Reply, error) {
		return s.cfg.Table.Type(ctx, c.Command, c.Text, s.request(o))
	})
	out, ok := s.run.wait(done)
	if !ok {
		s.run.background(ctx, c.Command, func(ctx context.Context) { s.reply(ctx, o, (<-done).reply) })
		return nil
	}
	// A message with figures goes to the response URL, where it can be said without them when Slack refuses them.
	if m := out.reply.Message; m != nil && out.reply.Form == nil && out.reply.Home == nil && !hasFigures(m) {
		return webhookMessage(out.reply, inMessage)
	}
	s.run.background(ctx, c.Command, func(ctx context.Context) { s.reply(ctx, o, out.reply) })
	return nil
}

// interaction answers a press or a submitted form. The result is the response's body.
func (s *Slack) interaction(ctx context.Context, payload []byte) (any, error) {
	in, err := readInteraction(payload)
	if err != nil {
		return nil, err
	}
	if in.TriggerID != "" && !s.seen.first(string(in.Type)+in.TriggerID) {
		return nil, nil
	}
	o := slackOrigin{person: slackPerson(in.User.ID, in.User.Name), trigger: in.TriggerID, ephemeral: in.Container.Ephemeral}
	o.from = s.comesFrom(in.Channel.ID, in.ResponseURL)
	if in.View != nil {
		o.view, o.home = in.View.ID, in.View.Type == slack.VTHomeTab
		// A view without metadata, such as the Home tab, came from no channel.
		if in.View.Metadata != "" {
			if err := json.Unmarshal([]byte(in.View.Metadata), &o.from); err != nil {
				return nil, fmt.Errorf("reading a view's metadata: %w", err)
			}
		}
	}
	switch in.Type {
	case slack.InteractionTypeBlockActions:
		if len(in.Actions) > 0 {
			s.press(ctx, in, o)
		}
	case slack.InteractionTypeViewSubmission:
		if in.View != nil {
			return s.submission(ctx, in, o), nil
		}
	}
	return nil, nil
}

// press runs what a button or a choice calls. When it returns, what the press counts for is stored, unless
// that takes longer than Slack waits.
func (s *Slack) press(ctx context.Context, in slackInteraction, o slackOrigin) {
	pressed := in.Actions[0]
	action := actionOf(pressed.ID)
	r := s.request(o)
	r.Value = pressed.Value
	if pressed.SelectedOption.Value != "" {
		r.Value = pressed.SelectedOption.Value
	}
	done := s.run.start(ctx, action, o.person, func(ctx context.Context) (commands.Reply, error) {
		return s.cfg.Table.Do(ctx, action, r)
	})
	out, ok := s.run.wait(done)
	s.run.background(ctx, action, func(ctx context.Context) {
		if !ok {
			out = <-done
		}
		s.reply(ctx, o, out.reply)
	})
}

// event answers what happens in the workspace.
func (s *Slack) event(ctx context.Context, body []byte) (any, error) {
	var e struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
		ID        string `json:"event_id"`
		Event     struct {
			Type string `json:"type"`
			User string `json:"user"`
			Tab  string `json:"tab"`
		} `json:"event"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("reading an event: %w", err)
	}
	if e.Type == "url_verification" {
		return map[string]string{"challenge": e.Challenge}, nil
	}
	if !s.seen.first(e.ID) {
		return nil, nil
	}
	if e.Event.Type == "app_home_opened" && e.Event.Tab == "home" {
		s.home(ctx, slackPerson(e.Event.User, ""))
	}
	return nil, nil
}

// home draws a person's Home tab, after the answer.
func (s *Slack) home(ctx context.Context, p chat.Person) {
	o := slackOrigin{person: p, home: true}
	done := s.run.start(ctx, commands.ActionHome, p, func(ctx context.Context) (commands.Reply, error) {
		return s.cfg.Table.Do(ctx, commands.ActionHome, s.request(o))
	})
	s.run.background(ctx, commands.ActionHome, func(ctx context.Context) {
		out := <-done
		if out.failed {
			out.reply = commands.Reply{Home: out.reply.Message}
		}
		s.reply(ctx, o, out.reply)
	})
}

func (s *Slack) request(o slackOrigin) commands.Request {
	return commands.Request{
		Workspace: s.cfg.Workspace, Host: s.host, Person: o.person, Channel: slackChannel(o.from.Channel),
		State: o.from.State, At: s.cfg.Now(),
	}
}

func (s *Slack) comesFrom(channel, responseURL string) slackFormState {
	from := slackFormState{Channel: channel, ResponseURL: responseURL}
	if responseURL != "" {
		from.Until = s.responseURLEnd()
	}
	return from
}
