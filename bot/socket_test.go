package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// listen has the bot take requests over Socket Mode. stop ends it and waits until it has returned.
func (w *world) listen() (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.bot.Listen(ctx) }()
	deadline := time.Now().Add(10 * time.Second)
	for w.Sockets() == 0 {
		if time.Now().After(deadline) {
			w.t.Fatalf("the bot never connected; the log:\n%s", w.log)
		}
		time.Sleep(time.Millisecond)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("Listen: %v", err)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

func TestTheWholeStoryWorksOverSocketMode(t *testing.T) {
	w := newWorld(t, setup{})
	w.listen()
	post := w.post(kingston, w.campaign())

	must(t, w.Command(t.Context(), amira, kingston, "/points"))
	w.said(amira, kingston, "Your points")
	must(t, w.Command(t.Context(), amira, kingston, "/strange"))
	w.said(amira, kingston, "I don't know that one")
	must(t, w.press(amira, post, "share"))
	must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.copy", nil))
	w.modal(amira, "5 points for you")
	must(t, w.OpenHome(t.Context(), amira))
	w.until("the Home tab is there", func() bool { _, ok := w.Home(amira); return ok })

	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	form := w.modal(helen, "New campaign")
	must(t, w.Submit(t.Context(), helen, form.ID, written(t, map[string]any{"hashtag": typed("#")})))
	if errors := w.Views(helen)[0].Errors; errors["hashtag"] == "" {
		t.Errorf("nothing is said at the hashtag: %v", errors)
	}
	must(t, w.Submit(t.Context(), helen, form.ID, written(t, nil)))
	must(t, w.Submit(t.Context(), helen, w.modal(helen, "Preview").ID, nil))
	w.said(helen, office, "is on its way to 2 stores")
	if n := len(w.Deliveries()); n > 0 {
		t.Errorf("%d requests came over HTTP", n)
	}
}

// Slack drops an acknowledgement of 20 kB or more without a word.
func TestAFormThatIsTooLongForTheSocketIsFilledByTheWebAPI(t *testing.T) {
	w := newWorld(t, setup{})
	w.listen()
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	form := w.modal(helen, "New campaign")
	// In JSON a "<" takes six bytes, and the title stands in the preview too.
	must(t, w.Submit(t.Context(), helen, form.ID, written(t, map[string]any{
		"text": typed(strings.Repeat("<", clarion.MaxText)), "captions": typed(strings.TrimSpace(strings.Repeat(strings.Repeat("<", 700)+"\n\n", 4))),
	})))
	preview := w.modal(helen, "Preview")
	if n := w.Calls("views.update"); n == 0 {
		t.Fatal("the preview fitted: make it longer")
	}
	must(t, w.Submit(t.Context(), helen, preview.ID, nil))
	w.said(helen, office, "is on its way to 2 stores")
}

func TestAStoppingBotAcknowledgesWhatItHasTaken(t *testing.T) {
	w := newWorld(t, setup{})
	stop := w.listen()
	came, release := w.hold("users.info")
	answered := make(chan error, 1)
	go func() { answered <- w.Command(context.WithoutCancel(t.Context()), cleo, kingston, "/points") }()
	<-came
	stopping := make(chan struct{})
	go func() { stop(); close(stopping) }()
	release()
	if err := <-answered; err != nil {
		t.Errorf("the command that was under way got %v", err)
	}
	<-stopping
	w.said(cleo, kingston, "You have no points yet")
}

func TestAWrongAppTokenEndsListenWithAnError(t *testing.T) {
	w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.AppToken = "xapp-wrong" }})
	err := w.bot.Listen(t.Context())
	if err == nil || !strings.Contains(err.Error(), "invalid_auth") || strings.Contains(err.Error(), "xapp-wrong") {
		t.Errorf("Listen: %v", err)
	}
}
