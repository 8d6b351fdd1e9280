package playground_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/clarion-bot/clarion/playground"
)

// slack-go's own Socket Mode client gets every kind of call, and its answers count like those over HTTP.
func TestSocketModeCarriesEveryCallWithItsAnswer(t *testing.T) {
	w := newWorld(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	client := socketmode.New(w.api)
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	hello := make(chan struct{})
	opened := make(chan string, 1)
	go func() {
		for e := range client.Events {
			switch e.Type {
			case socketmode.EventTypeHello:
				close(hello)
			case socketmode.EventTypeSlashCommand:
				c := e.Data.(slack.SlashCommand)
				_ = client.Ack(*e.Request, map[string]any{"text": "you said " + c.Text})
			case socketmode.EventTypeInteractive:
				c := e.Data.(slack.InteractionCallback)
				if c.Type == slack.InteractionTypeViewSubmission {
					_ = client.Ack(*e.Request, slack.NewErrorsViewSubmissionResponse(map[string]string{"title": "no"}))
					continue
				}
				if _, err := w.api.OpenView(c.TriggerID, form("First")); err != nil {
					t.Error(err)
				}
				_ = client.Ack(*e.Request)
			case socketmode.EventTypeEventsAPI:
				outer := e.Data.(slackevents.EventsAPIEvent)
				inside, ok := outer.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
				if ok {
					opened <- inside.User
				}
				_ = client.Ack(*e.Request)
			}
		}
	}()
	<-hello
	if n := w.Sockets(); n != 1 {
		t.Fatalf("%d sockets after the hello", n)
	}
	if err := w.Command(ctx, ben, general, "/drop campaign"); err != nil {
		t.Fatal(err)
	}
	if m := w.last(t, general, ben); m.Text != "you said campaign" {
		t.Errorf("answer = %+v", m)
	}
	_, ts, err := w.api.PostMessage(general, slack.MsgOptionBlocks(button("row", "share", "1")))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Press(ctx, ben, general, ts, playground.Pressed{ActionID: "share"}); err != nil {
		t.Fatal(err)
	}
	v := w.Views(ben)[0]
	if err := w.Submit(ctx, ben, v.ID, []byte(`{"values":{"title":{"name":{"value":"x"}}}}`)); err != nil {
		t.Fatal(err)
	}
	if got := w.Views(ben)[0].Errors["title"]; got != "no" {
		t.Errorf("error = %q", got)
	}
	if err := w.OpenHome(ctx, ben); err != nil {
		t.Fatal(err)
	}
	if got := <-opened; got != ben {
		t.Errorf("opened by %q", got)
	}
	if len(w.Deliveries()) != 0 {
		t.Error("something went over HTTP too")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSocketAddressWorksOnce(t *testing.T) {
	w := newWorld(t, nil)
	_, address, err := w.api.StartSocketModeContext(t.Context())
	if err != nil || !strings.HasPrefix(address, "ws://") {
		t.Fatal(address, err)
	}
	address = "http" + strings.TrimPrefix(address, "ws")
	for i, want := range []int{http.StatusBadRequest, http.StatusNotFound} { // no web socket, and then used up
		resp, err := w.client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("dial %d: %d, want %d", i+1, resp.StatusCode, want)
		}
	}
}
