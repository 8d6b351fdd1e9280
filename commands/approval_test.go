package commands

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// asked is what somebody fills in who wants amira's yes to a campaign that is posted tomorrow.
func asked(changes chat.Values) chat.Values {
	values := filled(chat.Values{
		"at": hours(24), "ends": hours(8 * 24), "approver": {Person: chat.Person{Platform: clarion.Slack, ID: "amira"}},
	})
	maps.Copy(values, changes)
	return values
}

// sentBy is a form that somebody sends.
func (w *world) sentBy(r Request, action, state string, form chat.Values) (Reply, error) {
	w.t.Helper()
	r.State, r.Form = state, form
	return w.table.Do(w.t.Context(), action, r)
}

// edits changes a campaign as somebody of the social team does.
func (w *world) edits(user string, id clarion.CampaignID, form chat.Values) Reply {
	w.t.Helper()
	opened, err := w.pressed(user, "coffice", actionDropEdit, string(id))
	must(w.t, err)
	preview, err := w.sentBy(w.from(user, "coffice"), actionDropRewrite, opened.Form.State, form)
	must(w.t, err)
	if preview.Form == nil {
		return preview
	}
	saved, err := w.sentBy(w.from(user, "coffice"), actionDropSave, preview.Form.State, nil)
	must(w.t, err)
	return saved
}

// posts returns when each of a campaign's posts that wait is due, by the store.
func (w *world) posts(id clarion.CampaignID) map[clarion.StoreID]time.Time {
	w.t.Helper()
	deliveries, err := w.workspace.Deliveries(w.t.Context(), clarion.GroupOf(id))
	must(w.t, err)
	due := map[clarion.StoreID]time.Time{}
	for _, d := range deliveries {
		if d.State == clarion.Waiting {
			due[d.Store] = d.Due
		}
	}
	return due
}

func question(c clarion.Campaign) string { return asking{c.ID, c.Revision}.String() }

// decides is a press at a time, in the conversation with the bot.
func (w *world) decides(at time.Time, user, action, value string) (Reply, error) {
	w.t.Helper()
	return w.pressedAt(at, user, "d"+user, action, value)
}

// reads is what a delivery of a kind about a revision says.
func (w *world) reads(kind clarion.DeliveryKind, c clarion.Campaign, at time.Time) (Reply, error) {
	m, err := w.table.Delivery(w.t.Context(), w.workspace, clarion.Delivery{
		Kind: kind, Campaign: c.ID, Subject: strconv.Itoa(c.Revision), Channel: in("dsomebody"),
	}, at)
	return Reply{Message: m}, err
}

func TestNothingOfACampaignThatNeedsAYesIsPostedBeforeThat(t *testing.T) {
	w := newWorld(t)
	preview, err := w.sentBy(w.from("helen", "coffice"), actionDropWrite, "", asked(nil))
	says(t, preview, err, "Posted at Thu 26 Nov 2026, 10:00 UTC, once Amira has said yes.")
	if preview.Form.Submit != "Ask for a yes" {
		t.Errorf("the button says %q", preview.Form.Submit)
	}
	for _, want := range []string{"will be posted to 2 stores at Thu 26 Nov 2026, 10:00 UTC, once Amira has said yes.", "was confirmed already"} {
		r, err := w.sentBy(w.from("helen", "coffice"), actionDropConfirm, preview.Form.State, nil)
		says(t, r, err, want)
	}
	c := w.stored(clarion.CampaignID(preview.Form.State))
	if want := (clarion.Approval{By: "slack:amira", Name: "Amira", State: clarion.Asked}); c.Approval == nil || *c.Approval != want {
		t.Errorf("stored is %+v, want %+v", c.Approval, want)
	}
	if posts := w.posts(c.ID); len(posts) != 0 || c.Stage(now) != clarion.Unapproved {
		t.Errorf("it is %s, with %d posts", c.Stage(now), len(posts))
	}
	untold, err := w.workspace.Untold(t.Context())
	if err != nil || len(untold) != 1 || untold[0].Campaign != c.ID {
		t.Errorf("to be told are %v, %v", untold, err)
	}
	r, err := w.typed("helen", "coffice", "/drop list")
	says(t, r, err, "Waiting for Amira's yes", "Coming up")
	r, err = w.reads(clarion.ApprovalDelivery, c, now)
	says(t, r, err, "Can this go out?", "asks for your yes", "Show yours.", "2 stores", "Look #Spring", "Thu 26 Nov 2026, 10:00", "Approve", "Send back")
}

func TestNobodySaysYesToWhatTheyWroteThemselvesAndAppsAndThoseWhoAreGoneDoNeither(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	w.profiles["robot"], w.profiles["olda"] = Profile{Name: "Robot", Bot: true}, Profile{Name: "Olda", Gone: true}
	for user, want := range map[string]string{
		"helen": "what they wrote themselves", "robot": "This is an app", "olda": "deactivated",
		"stranger": "", // the platform does not tell
	} {
		r, err := w.sentBy(w.from("helen", "coffice"), actionDropWrite, "", asked(chat.Values{"approver": {Person: chat.Person{Platform: clarion.Slack, ID: user}}}))
		must(t, err)
		if got := r.Wrong["approver"]; want == "" != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", user, got, want)
		}
	}
	c := w.written(asked(nil))
	w.team["amira"] = true
	if r := w.edits("amira", c.ID, asked(chat.Values{"text": {Text: "Mine"}})); r.Wrong["approver"] == "" {
		t.Error("amira can say yes to what she wrote into helen's campaign")
	}
	if r := w.edits("ben", c.ID, asked(chat.Values{"approver": {Person: chat.Person{Platform: clarion.Slack, ID: "helen"}}})); r.Wrong["approver"] == "" {
		t.Error("helen can say yes to her own campaign, which ben has changed")
	}
	w.team["helen"], w.team["cleo"] = true, true
	copied, err := w.pressed("amira", "coffice", actionDropCopy, string(c.ID))
	must(t, err)
	for _, part := range copied.Form.Parts {
		if input, ok := part.(chat.Input); ok && input.Name == "approver" && !input.Field.(chat.PersonField).Initial.IsZero() {
			t.Error("amira's own copy is offered to her for a yes")
		}
	}
}

func TestAYesInTimeLetsItGoOutAtItsTimeAndALateOneNow(t *testing.T) {
	w := newWorld(t)
	c := w.written(asked(nil))
	if r, err := w.decides(now, "ben", actionApprovalYes, question(c)); err != nil || !strings.Contains(words(r), "Only Amira can decide") || r.Replace {
		t.Errorf("ben's press: %v %s", err, words(r))
	}
	r, err := w.decides(now.Add(time.Hour), "amira", actionApprovalYes, question(c))
	says(t, r, err, "You said yes to Spring at Wed 25 Nov 2026, 11:00 UTC. It will be posted to 2 stores at Thu 26 Nov 2026, 10:00 UTC.")
	if !r.Replace || !r.Public {
		t.Error("the question stands with its buttons")
	}
	want := map[clarion.StoreID]time.Time{"kingston": now.AddDate(0, 0, 1), "leeds": now.AddDate(0, 0, 1)}
	if got := w.posts(c.ID); !maps.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("due are %v, want %v", got, want)
	}
	r, err = w.reads(clarion.DecisionDelivery, w.stored(c.ID), now.Add(time.Hour))
	says(t, r, err, "Amira said yes to Spring. It will be posted to 2 stores at Thu 26 Nov 2026, 10:00 UTC.")
	r, err = w.pressed("helen", "coffice", actionDropDetails, string(c.ID))
	says(t, r, err, "Approved by Amira at", "Planned for")

	late := w.written(asked(chat.Values{"title": {Text: "Late"}, "remind": {Chosen: []string{remindValue}}}))
	at := now.AddDate(0, 0, 2)
	r, err = w.reads(clarion.ApprovalDelivery, late, at)
	says(t, r, err, "Posted as soon as Amira has said yes")
	r, err = w.decides(at, "amira", actionApprovalYes, question(late))
	says(t, r, err, "It is on its way to 2 stores.")
	want = map[clarion.StoreID]time.Time{"kingston": at, "leeds": at}
	if got := w.posts(late.ID); !maps.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("due are %v, want %v", got, want)
	}
	// Its opening was the time of its post, and what follows from that, such as reminders, does too.
	drops, err := w.workspace.Drops(t.Context(), late.ID)
	must(t, err)
	if c := w.stored(late.ID); len(drops) != 1 || !drops[0].At.Equal(at) || !c.Opens.Equal(at) || c.Stage(at) != clarion.Running {
		t.Errorf("posted %v, opens %s, %s", drops, c.Opens, c.Stage(at))
	}
	r, err = w.reads(clarion.DecisionDelivery, w.stored(late.ID), at)
	says(t, r, err, "It is on its way to 2 stores.")
}

func TestOneOfTwoPressesAtOnceDecides(t *testing.T) {
	w := newWorld(t)
	for round := range 10 {
		c := w.written(asked(chat.Values{"title": {Text: "Round " + strconv.Itoa(round)}}))
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				r := w.from("amira", "damira")
				r.Value, r.State = question(c), question(c)
				action := actionApprovalYes
				if i%2 == 1 {
					action, r.Form = actionApprovalReason, chat.Values{"reason": {Text: "Not yet."}}
				}
				reply, err := w.table.Do(t.Context(), action, r)
				if err != nil || !reply.Replace {
					t.Errorf("%v %+v", err, reply)
				}
			})
		}
		wg.Wait()
		is := w.stored(c.ID)
		posts := w.posts(c.ID)
		if is.Revision != 1 || (is.Approval.State == clarion.Approved) != (len(posts) == 2) || is.Approval.State == clarion.Asked {
			t.Fatalf("revision %d, %s, with %d posts", is.Revision, is.Approval.State, len(posts))
		}
		r, err := w.decides(now, "amira", actionApprovalYes, question(c)) // later, once more
		says(t, r, err, "You s")
		if again := w.stored(c.ID); again.Revision != 1 {
			t.Error("it was decided twice")
		}
	}
}

func TestWhatIsSentBackIsChangedAndAskedAboutAnew(t *testing.T) {
	w := newWorld(t)
	c := w.written(asked(nil))
	r, err := w.decides(now, "ben", actionApprovalBack, question(c))
	says(t, r, err, "Only Amira can decide")
	r, err = w.decides(now, "amira", actionApprovalBack, question(c))
	must(t, err)
	if r.Form == nil || r.Form.Action != actionApprovalReason {
		t.Fatalf("no form asks why: %+v", r)
	}
	state := r.Form.State
	if r, err = w.sentBy(w.from("amira", "damira"), actionApprovalReason, state, chat.Values{"reason": {Text: " \n "}}); err != nil || r.Wrong["reason"] == "" {
		t.Errorf("it was sent back for no reason: %+v %v", r, err)
	}
	if r, err = w.sentBy(w.from("ben", "dben"), actionApprovalReason, state, chat.Values{"reason": {Text: "Me too."}}); err != nil || !strings.Contains(words(r), "Only Amira") {
		t.Errorf("ben sent it back: %v %s", err, words(r))
	}
	r, err = w.sentBy(w.from("amira", "damira"), actionApprovalReason, state, chat.Values{"reason": {Text: "The price is wrong."}})
	says(t, r, err, "You sent Spring back at", "The price is wrong.")
	if !r.Replace || !r.Public {
		t.Error("the question stands with its buttons")
	}
	back := w.stored(c.ID)
	r, err = w.reads(clarion.DecisionDelivery, back, now)
	says(t, r, err, "Amira sent Spring back:\nThe price is wrong.", "Edit "+actionDropEdit+" "+string(c.ID))
	r, err = w.typed("helen", "coffice", "/drop list")
	says(t, r, err, "Sent back by Amira: “The price is wrong.”")

	if r := w.edits("helen", c.ID, asked(chat.Values{"text": {Text: "With the right price."}})); !strings.Contains(words(r), "once Amira has said yes") {
		t.Errorf("saving says %s", words(r))
	}
	again := w.stored(c.ID)
	untold, err := w.workspace.Untold(t.Context())
	if err != nil || len(untold) != 1 || untold[0].Revision != again.Revision || again.Approval.State != clarion.Asked || again.Approval.Reason != "" {
		t.Fatalf("%+v is not asked about: %v %v", again.Approval, untold, err)
	}
	r, err = w.reads(clarion.ApprovalDelivery, c, now)
	says(t, r, err, "was changed after you were asked")
	r, err = w.decides(now, "amira", actionApprovalYes, question(c))
	says(t, r, err, "was changed after you were asked")
	if w.stored(c.ID).Approval.State != clarion.Asked {
		t.Error("a press on the old question decided on what amira has not seen")
	}
	r, err = w.decides(now, "amira", actionApprovalYes, question(again))
	says(t, r, err, "You said yes to Spring")
}

func TestAnApprovedCampaignThatIsChangedBeforeItIsPostedNeedsAYesAgain(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	c := w.written(asked(nil))
	_, err := w.decides(now, "amira", actionApprovalYes, question(c))
	must(t, err)
	w.edits("ben", c.ID, asked(chat.Values{"text": {Text: "Something else."}, "audience": {Chosen: []string{"store:leeds"}}}))
	changed := w.stored(c.ID)
	if posts := w.posts(c.ID); len(posts) != 0 || changed.Stage(now) != clarion.Unapproved {
		t.Fatalf("%s, with %d posts", changed.Stage(now), len(posts))
	}
	r, err := w.reads(clarion.ApprovalDelivery, changed, now)
	says(t, r, err, "It was changed last by", "Something else.")
	_, err = w.decides(now, "amira", actionApprovalYes, question(changed))
	must(t, err)
	if got, want := w.posts(c.ID), (map[clarion.StoreID]time.Time{"leeds": now.AddDate(0, 0, 1)}); !maps.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("due are %v, want %v", got, want)
	}
	// Without an approver it goes out as others do.
	w.edits("helen", c.ID, asked(chat.Values{"approver": {}}))
	if c := w.stored(c.ID); c.Approval != nil || len(w.posts(c.ID)) != 2 {
		t.Errorf("%+v, with %d posts", c.Approval, len(w.posts(c.ID)))
	}
	r, err = w.reads(clarion.ApprovalDelivery, changed, now)
	says(t, r, err, "needs nobody's yes any more")
}

func TestAYesThatComesTooLateOrForNothingIsAnsweredByASentence(t *testing.T) {
	w := newWorld(t)
	c := w.written(asked(nil))
	over := now.AddDate(0, 0, 8)
	for _, action := range []string{actionApprovalYes, actionApprovalBack} {
		r, err := w.decides(over, "amira", action, question(c))
		says(t, r, err, "a yes would come too late")
		if !r.Replace || !r.Public {
			t.Error("the question stands with its buttons")
		}
	}
	if got := waiting(c, Request{Person: chat.Person{Platform: clarion.Slack, ID: "helen"}, At: over}).String(); got != "Its end came before Amira's yes, so nothing of it was posted" {
		t.Errorf("the list says %q", got)
	}
	kept, err := w.workspace.Stores(t.Context())
	must(t, err)
	for _, channel := range []string{"ckingston", "cleeds"} {
		must(t, w.workspace.UnlinkChannel(t.Context(), in(channel)))
	}
	r, err := w.decides(now, "amira", actionApprovalYes, question(c))
	says(t, r, err, "None of its stores has a channel any more")
	if r.Replace || w.stored(c.ID).Approval.State != clarion.Asked {
		t.Error("it was decided all the same")
	}
	must(t, w.workspace.PutStores(t.Context(), kept))
	_, err = w.pressed("helen", "coffice", actionDropCancel, string(c.ID))
	must(t, err)
	r, err = w.decides(now, "amira", actionApprovalYes, question(c))
	says(t, r, err, "was cancelled")
	if len(w.posts(c.ID)) != 0 {
		t.Error("a cancelled campaign goes out")
	}
	for _, value := range []string{"", "x", string(c.ID), string(c.ID) + "/x", "gone/0"} {
		if _, err := w.decides(now, "amira", actionApprovalYes, value); !errors.Is(err, clarion.ErrNotFound) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestACampaignWhoseEndCameBeforeItsYesIsDoneAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	late := w.written(asked(chat.Values{"title": {Text: "Late"}}))
	back := w.written(asked(chat.Values{"title": {Text: "Back"}}))
	r, err := w.sentBy(w.from("amira", "damira"), actionApprovalReason, question(back), chat.Values{"reason": {Text: "The price is wrong."}})
	says(t, r, err, "You sent Back back")
	over := now.AddDate(0, 0, 9)
	r, err = w.press("helen", actionDropPage, "0", over)
	says(t, r, err, "Late · Its end came before Amira's yes, so nothing of it was posted",
		"Back · Its end came before Amira's yes, so nothing of it was posted. It was sent back: “The price is wrong.”")
	if said := words(r); !strings.Contains(said, "Done") || strings.Contains(said, "Coming up") {
		t.Errorf("it is not among what is done:\n%s", said)
	}
	if got := buttonsOf(r, late.ID); !slices.Equal(got, []string{"Details", "Edit", "Copy"}) {
		t.Errorf("what can be done is %v", got)
	}

	// Its title is free again.
	preview, err := w.submitted(actionDropWrite, "", filled(chat.Values{"title": {Text: "late"}, "ends": hours(20 * 24)}), over)
	if err != nil || preview.Form == nil {
		t.Errorf("the title is taken: %v %v", preview.Wrong, err)
	}
	// It goes out after all only with a later end.
	form := w.opened(actionDropEdit, back.ID, over)
	r, err = w.submitted(form.Action, form.State, merged(values(form), chat.Values{"text": {Text: "Better."}}), over)
	if err != nil || !strings.Contains(r.Wrong["ends"], "in the past") {
		t.Errorf("a change of what is over without a yes: %v %v", r.Wrong, err)
	}
	w.edited(back.ID, chat.Values{"ends": hours(20 * 24)}, over)
	if c := w.stored(back.ID); !c.NeedsYes(over) {
		t.Errorf("nobody is asked about it: %+v", c)
	}
}

func TestAYesToACampaignOfATopicLeavesItInItsQueue(t *testing.T) {
	w := newWorld(t)
	_, err := w.workspace.AddTopic(t.Context(), clarion.Topic{ID: "t", Name: "Products", Schedule: "every weekday at 09:00", Audience: clarion.Audience{All: true}, Days: 7})
	must(t, err)
	c := clarion.Campaign{
		ID: "queued", Title: "Queued", Text: "x", Topic: "t", Audience: clarion.Audience{All: true}, CreatedBy: "slack:helen", CreatedAt: now,
		Approval: &clarion.Approval{By: "slack:amira", Name: "Amira", State: clarion.Asked},
	}
	_, err = w.workspace.Plan(t.Context(), c, clarion.Drop{}, nil)
	must(t, err)
	r, err := w.reads(clarion.ApprovalDelivery, c, now)
	says(t, r, err, "It is passed over in its topic until Amira has said yes.\nIt gets its times when its turn comes in its topic.")
	r, err = w.decides(now, "amira", actionApprovalYes, question(c))
	says(t, r, err, "It goes out when its turn comes in its topic.")
	if c := w.stored("queued"); c.Stage(now) != clarion.Queued {
		t.Errorf("it is %s", c.Stage(now))
	}
	queue, err := w.workspace.Queue(t.Context(), "t")
	if err != nil || len(queue) != 1 {
		t.Errorf("%d wait in the queue: %v", len(queue), err)
	}

	// One that is written into the queue says so.
	preview, err := w.sentBy(w.from("helen", "coffice"), actionDropWrite, "", asked(chat.Values{"topic": {Chosen: []string{"t"}}, "at": {}}))
	must(t, err)
	if preview.Form == nil {
		t.Fatalf("the campaign is not accepted: %v", preview.Wrong)
	}
	r, err = w.sentBy(w.from("helen", "coffice"), actionDropConfirm, preview.Form.State, nil)
	says(t, r, err, "waits in Products", "It is passed over until Amira has said yes.")
	if c := w.stored(clarion.CampaignID(preview.Form.State)); c.Stage(now) != clarion.Unapproved {
		t.Errorf("it is %s", c.Stage(now))
	}
}
