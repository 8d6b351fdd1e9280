package storage

import (
	"sync"
	"testing"

	"github.com/clarion-bot/clarion"
)

// revised stores the campaign's next revision.
func revised(t *testing.T, e *env, c clarion.Campaign, change func(*clarion.Campaign)) clarion.Campaign {
	t.Helper()
	c.Revision++
	change(&c)
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c}))
	return c
}

func approvalsAreTold(t *testing.T, e *env) {
	untold := func(want ...int) []Untold {
		t.Helper()
		list, err := e.w.Untold(e.ctx)
		must(t, err)
		if len(list) != len(want) || (len(want) == 1 && list[0] != Untold{xmas, want[0]}) {
			t.Fatalf("to be told are %+v, want revision %v", list, want)
		}
		return list
	}
	approval := func(s clarion.ApprovalState) func(*clarion.Campaign) {
		return func(c *clarion.Campaign) { c.Approval = &clarion.Approval{By: "slack:UAMIRA", State: s} }
	}
	c := clarion.Campaign{ID: xmas, CreatedAt: noon, Approval: &clarion.Approval{By: "slack:UAMIRA", State: clarion.Asked}}
	_, err := e.w.Plan(e.ctx, c, clarion.Drop{ID: "d", Campaign: xmas, At: noon}, nil)
	must(t, err)
	_, err = e.w.Plan(e.ctx, clarion.Campaign{ID: "other", CreatedAt: noon}, clarion.Drop{ID: "d", Campaign: "other", At: noon}, nil)
	must(t, err)

	first := untold(0)[0]
	question := func(revision int) clarion.Delivery {
		d := delivery(clarion.ApprovalDeliveryID(xmas, revision), noon)
		d.Kind = clarion.ApprovalDelivery
		return d
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := e.another().Told(e.ctx, first, question(0)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	untold()
	if due, err := e.w.Due(e.ctx, noon, 9); err != nil || len(due) != 1 {
		t.Errorf("the question is there %d times: %v", len(due), err)
	}

	// It is changed while it is asked about: a new question. The answer to the one before does not end that.
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Title = "New" })
	must(t, e.w.Told(e.ctx, first, question(99)))
	must(t, e.w.Told(e.ctx, untold(1)[0], question(1)))
	untold()
	if _, err := e.w.Delivery(e.ctx, question(99).ID); err == nil {
		t.Error("an earlier revision was told of")
	}

	c = revised(t, e, c, approval(clarion.SentBack))
	must(t, e.w.Told(e.ctx, untold(2)[0])) // without anybody to tell
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Title = "Newer" })
	untold() // nothing was decided by that
	c = revised(t, e, c, approval(clarion.Asked))
	untold(4)
	c = revised(t, e, c, approval(clarion.Approved)) // before the question is asked
	must(t, e.w.Told(e.ctx, untold(5)[0]))
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Title = "Newest" })
	untold()
	revised(t, e, c, func(c *clarion.Campaign) { c.Approval = nil })
	untold()
}
