package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// maxSocketAnswer is how many bytes Slack takes in an acknowledgement over Socket Mode; it drops a longer one
// without a word (https://github.com/slack-go/slack/blob/master/socketmode, maxResponseSize). The margin is for the envelope.
const maxSocketAnswer = 20<<10 - 256

// socketGrace is how long a stopping bot waits for the requests that it has taken, to acknowledge them.
const socketGrace = 3 * time.Second

// socketFlush is how long the last acknowledgement has to leave.
const socketFlush = 100 * time.Millisecond

// Listen takes Slack's requests over Socket Mode, in which the bot calls Slack and Slack needs no way in
// (https://docs.slack.dev/apis/events-api/using-socket-mode/). When the context ends it takes no more, acknowledges
// those that it has, and returns. The connection itself is what Slack authenticates, by the app's token; requests on
// it carry no signature.
func (s *Slack) Listen(ctx context.Context) error {
	client := socketmode.New(s.api)
	connected, disconnect := context.WithCancel(context.WithoutCancel(ctx))
	defer disconnect()
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(connected) }()
	var taken sync.WaitGroup
	for {
		select {
		case err := <-ended:
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("listening over Socket Mode: %w", withoutAddress(err))
		case e := <-client.Events:
			if ctx.Err() == nil {
				s.socketEvent(ctx, client, e, &taken)
			}
		case <-ctx.Done():
			s.drain(client, &taken)
			return nil
		}
	}
}

// drain waits for the requests that were taken. What comes meanwhile is not: Slack sends it to another
// connection, or tells the person.
func (s *Slack) drain(client *socketmode.Client, taken *sync.WaitGroup) {
	acknowledged := make(chan struct{})
	go func() { taken.Wait(); close(acknowledged) }()
	grace := time.NewTimer(socketGrace)
	defer grace.Stop()
	for {
		select {
		case <-client.Events:
		case <-acknowledged:
			acknowledged = nil // the last ones are on their way to the socket: there is no telling when they are gone
			grace.Reset(socketFlush)
		case <-grace.C:
			return
		}
	}
}

func (s *Slack) socketEvent(ctx context.Context, client *socketmode.Client, e socketmode.Event, taken *sync.WaitGroup) {
	switch e.Type {
	case socketmode.EventTypeConnected:
		s.cfg.Logger.Info("listening to Slack over Socket Mode")
	case socketmode.EventTypeConnectionError:
		s.cfg.Logger.Warn("Socket Mode is not connected; trying again")
	case socketmode.EventTypeInvalidAuth:
		s.cfg.Logger.Error("Slack refuses SLACK_APP_TOKEN")
	case socketmode.EventTypeErrorWriteFailed:
		s.cfg.Logger.Warn("an acknowledgement over Socket Mode was not sent")
	}
	if e.Request == nil || e.Request.EnvelopeID == "" { // such as a hello
		return
	}
	request := *e.Request
	taken.Add(1)
	// Each on its own: one that waits for its handler holds up no other.
	s.run.background(ctx, "socket "+request.Type, func(ctx context.Context) {
		defer taken.Done()
		answer, err := s.socketRequest(ctx, request)
		if err != nil {
			s.cfg.Logger.Warn("a request over Socket Mode could not be read", "type", request.Type, "error", err)
		}
		if err := client.AckCtx(ctx, request.EnvelopeID, answer); err != nil {
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
		return s.fitCommand(ctx, c, s.command(ctx, c)), nil
	case socketmode.RequestTypeInteractive:
		answer, err := s.interaction(ctx, r.Payload)
		return s.fitView(ctx, answer), err
	case socketmode.RequestTypeEventsAPI:
		_, err := s.event(ctx, r.Payload)
		return nil, err
	}
	return nil, nil
}

// fitCommand takes an answer that is too long for the socket to the response URL.
func (s *Slack) fitCommand(ctx context.Context, c slack.SlashCommand, answer any) any {
	m, ok := answer.(*slack.WebhookMessage)
	if !ok || fits(answer) {
		return answer
	}
	s.run.background(ctx, c.Command, func(ctx context.Context) {
		s.sent(slack.PostWebhookCustomHTTPContext(ctx, c.ResponseURL, s.client, m), "answering at a response URL")
	})
	return nil
}

// fitView puts a waiting view in place of one that is too long for the socket, and fills it by the Web API,
// which takes 250 kB.
func (s *Slack) fitView(ctx context.Context, answer any) any {
	r, ok := answer.(*slack.ViewSubmissionResponse)
	if !ok || r.View == nil || fits(answer) {
		return answer
	}
	view, short := *r.View, *r
	waiting := s.waiting(slackFormState{})
	waiting.PrivateMetadata, short.View = view.PrivateMetadata, &waiting
	s.run.background(ctx, view.CallbackID, func(ctx context.Context) {
		s.sent(s.fill(ctx, waiting.ExternalID, view), "filling a view")
	})
	return &short
}

func fits(answer any) bool {
	raw, err := json.Marshal(answer)
	return err == nil && len(raw) < maxSocketAnswer
}
