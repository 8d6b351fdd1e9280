package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Listen takes Slack's requests over Socket Mode, in which the bot calls Slack and Slack needs no way in
// (https://docs.slack.dev/apis/events-api/using-socket-mode/). It returns when the context ends. The
// connection itself is what Slack authenticates, by the app's token; requests on it carry no signature.
func (s *Slack) Listen(ctx context.Context) error {
	client := socketmode.New(s.api)
	requests := make(chan error, 1)
	go func() { requests <- client.RunContext(ctx) }()
	for {
		select {
		case err := <-requests:
			if errors.Is(err, context.Canceled) || ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("listening over Socket Mode: %w", withoutAddress(err))
		case e := <-client.Events:
			s.socketEvent(ctx, client, e)
		}
	}
}

func (s *Slack) socketEvent(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeConnected:
		s.cfg.Logger.Info("listening to Slack over Socket Mode")
	case socketmode.EventTypeConnectionError:
		s.cfg.Logger.Warn("Socket Mode is not connected; trying again")
	case socketmode.EventTypeInvalidAuth:
		s.cfg.Logger.Error("Slack refuses SLACK_APP_TOKEN")
	}
	if e.Request == nil {
		return
	}
	request := *e.Request
	// Each on its own: one that waits for its handler holds up no other.
	s.run.background(ctx, "socket "+request.Type, func(ctx context.Context) {
		answer, err := s.socketRequest(ctx, request)
		if err != nil {
			s.cfg.Logger.Warn("a request over Socket Mode could not be read", "type", request.Type, "error", err)
		}
		if answer == nil {
			err = client.AckCtx(ctx, request.EnvelopeID, nil)
		} else {
			err = client.AckCtx(ctx, request.EnvelopeID, answer)
		}
		if err != nil {
			s.cfg.Logger.Warn("acknowledging over Socket Mode failed", "error", withoutAddress(err))
		}
	})
}

func (s *Slack) socketRequest(ctx context.Context, r socketmode.Request) (any, error) {
	switch r.Type {
	case socketmode.RequestTypeSlashCommands:
		var c slack.SlashCommand
		if err := json.Unmarshal(r.Payload, &c); err != nil {
			return nil, err
		}
		return s.command(ctx, c), nil
	case socketmode.RequestTypeInteractive:
		return s.interaction(ctx, r.Payload)
	case socketmode.RequestTypeEventsAPI:
		_, err := s.event(ctx, r.Payload)
		return nil, err
	}
	return nil, nil
}
