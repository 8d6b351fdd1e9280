package scheduler

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// asking plans a campaign that needs amira's yes.
func (w *world) asking(id string) clarion.Campaign {
	w.t.Helper()
	c := clarion.Campaign{
		ID: clarion.CampaignID(id), Title: "Campaign " + id, Ends: w.now().AddDate(0, 0, 7), CreatedAt: w.now(),
		CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"),
		Approval:  &clarion.Approval{By: clarion.UserIdentity(clarion.Slack, "UAMIRA"), State: clarion.Asked},
	}
	_, err := w.workspace.Plan(w.t.Context(), c, clarion.Drop{ID: id, Campaign: c.ID, At: w.now()}, nil)
	must(w.t, err)
	return c
}

// revised stores the campaign's next revision.
func (w *world) revised(c clarion.Campaign, change func(*clarion.Campaign)) clarion.Campaign {
	w.t.Helper()
	c.Revision++
	if c.Approval != nil {
		approval := *c.Approval
		c.Approval = &approval
	}
	change(&c)
	must(w.t, w.workspace.Revise(w.t.Context(), storage.Revision{Campaign: c}))
	return c
}

// texts is what stands in a channel.
func (w *world) texts(channel string) string {
	var list []string
	for _, p := range w.in(channel) {
		list = append(list, p.text)
	}
	return strings.Join(list, ", ")
}

func TestTheApproverIsAskedOnceForEachRevisionAndTheMakerToldOnceWhateverTheNumberOfProcesses(t *testing.T) {
	w := newWorld(t, 1)
	processes := []*Scheduler{w.process(), w.process(), w.process()}
	rounds := func() {
		t.Helper()
		for range 2 {
			var wg sync.WaitGroup
			for _, p := range processes {
				wg.Go(func() {
					if err := p.Tick(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			w.pass(time.Second)
		}
	}
	check := func(asked, told string) {
		t.Helper()
		rounds()
		if got := w.texts("DUAMIRA"); got != asked {
			t.Errorf("amira was asked %q, want %q", got, asked)
		}
		if got := w.texts("DUHELEN"); got != told {
			t.Errorf("helen was told %q, want %q", got, told)
		}
	}
	c := w.asking("a")
	check("approval a0", "")
	c = w.revised(c, func(c *clarion.Campaign) { c.Approval.State = clarion.SentBack })
	check("approval a0", "decision a1")
	c = w.revised(c, func(c *clarion.Campaign) { c.Approval.State = clarion.Asked })
	check("approval a0, approval a2", "decision a1")
	w.revised(c, func(c *clarion.Campaign) { c.Approval.State = clarion.Approved })
	check("approval a0, approval a2", "decision a1, decision a3")
	if w.all() != 4 {
		t.Errorf("%d posts stand somewhere, want 4", w.all())
	}
}

func TestNobodyIsAskedWhenThereIsNothingToDecide(t *testing.T) {
	for name, change := range map[string]func(*clarion.Campaign){
		"cancelled": func(c *clarion.Campaign) { c.Cancelled = monday },
		"over":      func(c *clarion.Campaign) { c.Ends = monday },
		"decided, and cancelled": func(c *clarion.Campaign) {
			c.Approval.State, c.Cancelled = clarion.Approved, monday
		},
		"without approver": func(c *clarion.Campaign) { c.Approval = nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			p := w.process()
			w.revised(w.asking("a"), change)
			late := w.asking("b") // it is queued when that is found out
			must(t, p.tellOfApprovals(t.Context(), w.now()))
			w.revised(late, change)
			must(t, p.Tick(t.Context()))
			if w.all() != 0 {
				t.Errorf("asked %q and told %q", w.texts("DUAMIRA"), w.texts("DUHELEN"))
			}
			if untold, err := w.workspace.Untold(t.Context()); err != nil || len(untold) != 0 {
				t.Errorf("it is still to be told: %v %v", untold, err)
			}
		})
	}
}

func TestAQuestionIsBroughtUpToDateUntilItIsDecided(t *testing.T) {
	w := newWorld(t, 1)
	p := w.counting(new(int)) // the title, stage and a figure
	c := w.asking("a")
	must(t, p.Tick(t.Context()))
	w.pass(time.Minute)
	w.revised(c, func(c *clarion.Campaign) { c.Title, c.Cancelled = "Given up", w.now() })
	w.pass(6 * time.Second) // it may be known as it was for five
	must(t, p.Tick(t.Context()))
	if got := w.texts("DUAMIRA"); got != "Given up cancelled 0" {
		t.Errorf("the question says %q", got)
	}
	if looks, err := w.workspace.Looks(t.Context(), w.now().AddDate(1, 0, 0), 9); err != nil || len(looks) != 0 {
		t.Errorf("it is looked at for ever: %v %v", looks, err)
	}
}

func TestTheMakerIsToldWhenTheApproverCannotBeAsked(t *testing.T) {
	w := newWorld(t, 1)
	p := w.process()
	away := map[string]error{"UAMIRA": &chat.RefusedError{Err: errors.New("user_disabled")}}
	w.failDirect = func(user string) error { return away[user] }
	w.asking("a")
	must(t, p.Tick(t.Context()))
	if asked, told := w.texts("DUAMIRA"), w.texts("DUHELEN"); asked != "" || told != "decision a0" {
		t.Errorf("asked %q and told %q", asked, told)
	}

	// While the bot may write to nobody, nothing is lost.
	away["UHELEN"] = &chat.RefusedError{Err: errors.New("token_revoked")}
	w.asking("b")
	if err := p.tellOfApprovals(t.Context(), w.now()); err == nil {
		t.Error("a round in which nobody could be asked went well")
	}
	clear(away)
	must(t, p.Tick(t.Context()))
	if asked := w.texts("DUAMIRA"); asked != "approval b0" {
		t.Errorf("asked %q", asked)
	}
}

func TestAQuestionThatCannotBePostedIsTroubleThatIsTold(t *testing.T) {
	w := newWorld(t, 1)
	p := w.process()
	w.fail = func(channel string, _ int) (bool, error) {
		if channel == "DUAMIRA" {
			return false, &chat.RefusedError{Err: errors.New("restricted_action")}
		}
		return false, nil
	}
	w.asking("a")
	must(t, p.Tick(t.Context()))
	w.pass(gather)
	must(t, p.Tick(t.Context()))
	if told := w.texts("DUHELEN"); told != "trouble aapproval:a" {
		t.Errorf("told %q", told)
	}
}
