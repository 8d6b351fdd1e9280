package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// counting makes posts show the campaign's stage and a figure that the test sets.
func (w *world) counting(figure *int) *Scheduler {
	p := w.process()
	p.cfg.LiveEvery = 0 // a minute
	p.cfg.Write = func(ctx context.Context, ws *storage.Workspace, d clarion.Delivery, at time.Time) (*chat.Message, error) {
		c, err := ws.Campaign(ctx, d.Campaign)
		return chat.Simple(chat.Sayf("%s %s %d", c.Title, c.Stage(at), *figure)), err
	}
	return p
}

// shows says what every store's only post shows.
func (w *world) shows(stores int, want string) {
	w.t.Helper()
	for i := range stores {
		if posts := w.in(channel(i)); len(posts) != 1 || posts[0].text != want {
			w.t.Errorf("store %d shows %v, want one post %q", i, posts, want)
		}
	}
}

func TestAPostShowsNewFiguresAtMostOnceAMinuteAndOnlyWhenTheyChanged(t *testing.T) {
	w := newWorld(t, 3)
	w.plan("a", monday)
	figure := 0
	p := w.counting(&figure)
	must(t, p.Tick(t.Context()))
	w.shows(3, "Campaign a running 0")
	w.pass(secondLook)
	must(t, p.Tick(t.Context()))
	figure = 1
	w.pass(59 * time.Second)
	must(t, p.Tick(t.Context()))
	w.shows(3, "Campaign a running 0")
	w.pass(time.Second)
	must(t, p.Tick(t.Context()))
	w.shows(3, "Campaign a running 1")
	for range 10 {
		w.pass(time.Minute)
		must(t, p.Tick(t.Context()))
	}
	if n := w.updated[channel(0)]; n != 1 {
		t.Errorf("a post was changed %d times for one change", n)
	}
	w.moveTo(monday.AddDate(0, 0, 7)) // it ends
	figure = 2
	must(t, p.Tick(t.Context()))
	w.shows(3, "Campaign a ended 2")
	figure = 3
	w.pass(time.Hour)
	must(t, p.Tick(t.Context()))
	w.shows(3, "Campaign a ended 2") // final
}

func TestEveryPostOpensAtTheOpeningAndIsTakenBackByARecall(t *testing.T) {
	w := newWorld(t, 3)
	stores, err := w.workspace.Stores(t.Context())
	must(t, err)
	opens := monday.Add(9 * time.Hour)
	c := clarion.Campaign{ID: "a", Title: "A", Opens: opens, Ends: opens.AddDate(0, 0, 1), CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"), CreatedAt: monday}
	d := clarion.Drop{ID: "a", Campaign: "a", At: monday, Stores: []clarion.StoreID{"s0", "s1", "s2"}}
	_, err = w.workspace.Plan(t.Context(), c, d, d.Deliveries(stores))
	must(t, err)
	figure := 0
	p := w.counting(&figure)
	must(t, p.Tick(t.Context()))
	w.shows(3, "A embargoed 0")
	// Looks are a minute apart, and the opening is looked at on its own.
	w.moveTo(opens.Add(-time.Millisecond))
	must(t, p.Tick(t.Context()))
	w.shows(3, "A embargoed 0")
	w.moveTo(opens)
	must(t, p.Tick(t.Context()))
	w.shows(3, "A running 0")

	c.Recall, c.Revision = &clarion.Recall{At: opens}, 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
	must(t, p.Tick(t.Context()))
	w.shows(3, "A recalled 0")
	c.Recall, c.Revision = nil, 2
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	must(t, p.Tick(t.Context()))
	w.shows(3, "A running 0")
}

func TestACampaignThatIsTakenBackWhileItIsPostedSaysSoInSeconds(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	figure := 0
	p := w.counting(&figure)
	w.fail = func(string, int) (bool, error) {
		c, err := w.workspace.FreshCampaign(t.Context(), "a")
		must(t, err)
		c.Recall, c.Revision = &clarion.Recall{At: w.now()}, 1
		must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
		return false, nil
	}
	must(t, p.Tick(t.Context()))
	w.shows(1, "Campaign a running 0")
	w.pass(secondLook)
	must(t, p.Tick(t.Context()))
	w.shows(1, "Campaign a recalled 0")
}

// A campaign that was taken back while nobody knew whether its post stands once left that post as it was for ever.
func TestAPostWhoseAnswerWasLostSaysThatItsCampaignIsTakenBack(t *testing.T) {
	for stands, states := range map[bool]clarion.DeliveryState{true: clarion.Posted, false: clarion.Withdrawn} {
		w := newWorld(t, 1)
		w.plan("a", monday)
		figure := 0
		p := w.counting(&figure)
		w.fail = func(string, int) (bool, error) { return stands, errLost }
		must(t, p.Tick(t.Context()))
		c, err := w.workspace.FreshCampaign(t.Context(), "a")
		must(t, err)
		c.Recall, c.Revision = &clarion.Recall{At: w.now()}, 1
		must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
		w.pass(backoff(1))
		must(t, p.Tick(t.Context()))
		if d := w.delivery(drop("a", 0)); d.State != states {
			t.Errorf("when it stands there (%v) it is %s", stands, d.State)
		}
		if stands {
			w.shows(1, "Campaign a recalled 0")
		} else if n := w.all(); n != 0 {
			t.Errorf("%d posts", n)
		}
	}
}

func TestFiguresWaitWhileNewPostsDoAndOpeningsDoNot(t *testing.T) {
	w := newWorld(t, 2)
	w.plan("a", monday)
	figure := 0
	p := w.counting(&figure)
	must(t, p.Tick(t.Context()))
	w.pass(time.Minute)
	figure = 1
	w.plan("b", w.now()) // is due and not posted yet
	must(t, p.refresh(t.Context(), w.now(), clarion.Slack))
	w.shows(2, "Campaign a running 0")
	c, err := w.workspace.FreshCampaign(t.Context(), "a")
	must(t, err)
	c.Title, c.Revision = "Changed", 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	must(t, p.refresh(t.Context(), w.now(), clarion.Slack))
	w.shows(2, "Changed running 1")
}

func TestAnOpeningIsNotHeldUpByFiguresThatWait(t *testing.T) {
	const stores = 101
	w := newWorld(t, stores)
	w.redis.SetTime(monday)
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} { // 606 posts: more than a round looks at
		w.plan(id, monday)
	}
	list, err := w.workspace.Stores(t.Context())
	must(t, err)
	opens := monday.Add(4 * time.Minute)
	c := clarion.Campaign{ID: "opening", Title: "Opening", Opens: opens, Ends: opens.AddDate(0, 0, 1), CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"), CreatedAt: monday}
	d := clarion.Drop{ID: "opening", Campaign: c.ID, At: monday, Stores: []clarion.StoreID{storeID(0)}}
	_, err = w.workspace.Plan(t.Context(), c, d, d.Deliveries(list))
	must(t, err)
	figure := 0
	p := w.counting(&figure)
	must(t, p.Tick(t.Context()))
	w.pass(secondLook)
	for range 2 { // all have had their second look
		must(t, p.Tick(t.Context()))
	}
	figure = 1
	w.moveTo(monday.Add(5 * time.Minute)) // so late are the figures, as there was no turn for them
	must(t, p.Tick(t.Context()))
	w.redis.SetTime(monday.Add(2 * time.Second)) // the pace has a turn again
	must(t, p.Tick(t.Context()))
	if posts := w.in(channel(0)); !slices.ContainsFunc(posts, func(p post) bool { return p.text == "Opening running 1" }) {
		t.Errorf("the channel shows %v, and not the opening", posts)
	}
}

func TestAPostThatCannotBeChangedIsGivenUpAndABusyOneIsChangedLater(t *testing.T) {
	w := newWorld(t, 3)
	w.plan("a", monday)
	figure := 0
	p := w.counting(&figure)
	must(t, p.Tick(t.Context()))
	figure = 1
	w.failUpdate = func(c string, call int) error {
		switch {
		case c == channel(0):
			return &chat.RefusedError{Err: errors.New("message_not_found")}
		case c == channel(1) && call == 1:
			return &chat.BusyError{After: 20 * time.Second, Err: errors.New("ratelimited")}
		}
		return nil
	}
	w.pass(time.Minute)
	must(t, p.Tick(t.Context()))
	if a := w.in(channel(1))[0].text; strings.HasSuffix(a, "1") {
		t.Errorf("after the first round: %q", a)
	}
	w.pass(20 * time.Second)
	must(t, p.Tick(t.Context()))
	if a := w.in(channel(1))[0].text; strings.HasSuffix(a, "1") {
		t.Errorf("before Retry-After is over by the server's clock: %q", a)
	}
	w.redis.Del("pace:{acme}:update") // now it is
	must(t, p.Tick(t.Context()))
	// The third post had its turn before the platform asked to wait, or has waited with the second.
	if a, b := w.in(channel(1))[0].text, w.in(channel(2))[0].text; !strings.HasSuffix(a, "1") || !strings.HasSuffix(b, "1") {
		t.Errorf("after Retry-After: %q, %q", a, b)
	}
	figure = 2
	w.pass(time.Hour)
	must(t, p.Tick(t.Context()))
	if n := w.updated[channel(0)]; n != 1 {
		t.Errorf("a post that is gone was tried %d times", n)
	}
}

func TestEqualMessagesHaveEqualMarksAndOthersHaveOthers(t *testing.T) {
	message := func(n int, label string) *chat.Message {
		return &chat.Message{Parts: []chat.Part{
			chat.Paragraph{Text: chat.Sayf("%d", n), Thumbnail: &chat.Picture{Address: "https://example.com/a.png"}},
			chat.Controls{chat.Button{Label: label}},
		}}
	}
	marks := map[string]bool{}
	for _, m := range []*chat.Message{message(1, "a"), message(2, "a"), message(1, "b"), chat.Simple(chat.Say("1")), {Parts: []chat.Part{chat.Note(chat.Say("1"))}}} {
		mark, err := markOf("running/0", m)
		must(t, err)
		marks[mark] = true
	}
	one, err := markOf("running/0", message(1, "a"))
	must(t, err)
	if len(marks) != 5 || !marks[one] {
		t.Errorf("%d marks for 5 messages: %v", len(marks), fmt.Sprint(marks))
	}
}
