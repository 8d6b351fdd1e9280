package storage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

// How long a claim holds, and how long whoever has it goes on to ask the platform, as in the scheduler.
const (
	testClaimLife = 30 * time.Second
	testActLimit  = 20 * time.Second
)

// A play is one delivery with processes that work on it, people who change its campaign, and the channel it belongs into,
// at a time that passes when the play says so.
type play struct {
	t       *testing.T
	e       *env
	random  *rand.Rand
	now     time.Time
	c       clarion.Campaign
	d       clarion.Delivery
	posts   []string // that stand in the channel
	players [3]player
	said    []string // what has happened, for who reads a failure
}

// A player is a process that works on the delivery; the next step of it is nil while it does not.
type player struct {
	next    func()
	d       clarion.Delivery
	claimed time.Time
}

func (p *play) say(format string, args ...any) {
	p.said = append(p.said, fmt.Sprintf("%4.0fs ", p.now.Sub(noon).Seconds())+fmt.Sprintf(format, args...))
}

func (p *play) fatal(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf(format+"\n%s", append(args, strings.Join(p.said, "\n"))...)
}

func (p *play) must(err error) {
	p.t.Helper()
	if err != nil {
		p.fatal("%v", err)
	}
}

// claim is a process's first step. What a process does is what the scheduler does; between two steps anything can happen.
func (p *play) claim(i int) {
	d, ok, err := p.e.w.Claim(p.e.ctx, p.d.ID, p.now, p.now.Add(testClaimLife))
	p.must(err)
	if !ok {
		return
	}
	p.say("process %d claims it, attempt %d, doubt %v", i, d.Attempt, !d.Doubt.IsZero())
	p.players[i] = player{d: d, claimed: p.now, next: func() { p.look(i) }}
}

// look looks for the post of which nobody knows, and asks whether it is still wanted.
func (p *play) look(i int) {
	me := &p.players[i]
	if !me.d.Doubt.IsZero() && len(p.posts) > 0 {
		p.say("process %d finds the post", i)
		me.next = func() { p.record(i, p.posts[0]) }
		return
	}
	if !me.d.Doubt.IsZero() && p.random.IntN(8) == 0 {
		me.next = func() {
			p.settle(i, "may not look", func() error { return p.e.w.Fail(p.e.ctx, me.d, p.now, "", clarion.Delivery{}) })
		}
		return
	}
	c, err := p.e.w.FreshCampaign(p.e.ctx, p.c.ID)
	p.must(err)
	p.say("process %d reads a campaign that is taken back: %v", i, c.Recall != nil)
	if c.Recall != nil {
		me.next = func() { p.settle(i, "withdraws", func() error { return p.e.w.Withdraw(p.e.ctx, me.d, "") }) }
		return
	}
	me.next = func() { p.begin(i) }
}

func (p *play) begin(i int) {
	me := &p.players[i]
	mine, err := p.e.w.Begin(p.e.ctx, me.d, p.now)
	p.must(err)
	p.say("process %d begins: %v", i, mine)
	if me.next = nil; mine {
		me.next = func() { p.post(i) }
	}
}

// post asks the platform, whose answer is one of these. Whoever is late has given up.
func (p *play) post(i int) {
	me, later := &p.players[i], p.now.Add(5*time.Second)
	doubt := func() error { return p.e.w.Doubt(p.e.ctx, me.d, later, "") }
	outcome := p.random.IntN(5)
	if p.now.Sub(me.claimed) >= testActLimit {
		outcome = 4
	}
	switch outcome {
	case 0, 1:
		p.posts = append(p.posts, fmt.Sprint(len(p.posts)+1))
		p.say("process %d posts; the answer is lost: %v", i, outcome == 1)
		post := p.posts[len(p.posts)-1]
		if me.next = func() { p.record(i, post) }; outcome == 1 {
			me.next = func() { p.settle(i, "doubts", doubt) }
		}
	case 2:
		me.next = func() {
			p.settle(i, "is asked to wait", func() error { return p.e.w.Postpone(p.e.ctx, me.d, later, "") })
		}
	case 3:
		me.next = func() {
			p.settle(i, "is refused", func() error { return p.e.w.Fail(p.e.ctx, me.d, p.now, "", clarion.Delivery{}) })
		}
	case 4:
		me.next = func() { p.settle(i, "has posted nothing, and doubts", doubt) }
	}
}

func (p *play) record(i int, post string) {
	p.say("process %d records post %s", i, post)
	p.must(p.e.w.Record(p.e.ctx, p.d.ID, Posted{PostID: post, At: p.now, Look: p.now}))
	p.players[i].next = nil
}

func (p *play) settle(i int, what string, how func() error) {
	p.say("process %d %s", i, what)
	p.must(how())
	if p.random.IntN(4) == 0 {
		p.say("and does so again, as the answer of storage was lost")
		p.players[i].next = func() { p.must(how()); p.players[i].next = nil }
		return
	}
	p.players[i].next = nil
}

// takeBack takes the campaign back, or brings it back with the delivery, as the commands do.
func (p *play) takeBack(back bool) {
	if back == (p.c.Recall != nil) {
		return
	}
	p.c.Revision++
	rev := Revision{Withdraw: back}
	if p.c.Recall = nil; back {
		p.c.Recall = &clarion.Recall{At: p.now}
	} else {
		rev.Deliveries = []clarion.Delivery{p.d}
	}
	p.say("it is taken back: %v", back)
	rev.Campaign = p.c
	p.must(p.e.w.Revise(p.e.ctx, rev))
}

func (p *play) retry() {
	n, err := p.e.w.Retry(p.e.ctx, p.now, p.d.ID)
	p.must(err)
	if n > 0 {
		p.say("somebody tries it again")
	}
}

// step lets one thing happen by chance.
func (p *play) step() {
	i := p.random.IntN(len(p.players))
	switch n := p.random.IntN(20); {
	case n == 0:
		p.takeBack(true)
	case n == 1:
		p.takeBack(false)
	case n == 2:
		p.retry()
	case n == 3 && p.players[i].next != nil:
		p.say("process %d is killed", i)
		p.players[i].next = nil
	case n < 8:
		p.now = p.now.Add(time.Duration(p.random.Int64N(int64(testClaimLife + time.Second))))
	case p.players[i].next == nil:
		p.claim(i)
	default:
		p.players[i].next()
	}
	if len(p.posts) > 1 {
		p.fatal("it stands there twice")
	}
}

// end kills all processes, and lets one work until it has nothing more to do.
func (p *play) end() {
	for i := range p.players {
		p.players[i].next = nil
	}
	for range 100 {
		d, err := p.e.w.Delivery(p.e.ctx, p.d.ID)
		p.must(err)
		due, err := p.e.w.Due(p.e.ctx, p.now.AddDate(1, 0, 0), 10)
		p.must(err)
		stands := d.State == clarion.Posted && slices.Equal(p.posts, []string{d.PostID})
		never := p.c.Recall != nil && d.State == clarion.Withdrawn && len(p.posts) == 0
		if len(due) == 0 && (stands || never) {
			return
		}
		p.now = p.now.Add(testClaimLife)
		p.retry()
		for p.claim(0); p.players[0].next != nil; {
			p.players[0].next()
		}
	}
	p.fatal("it does not come to an end: taken back %v, in the channel stand %v", p.c.Recall != nil, p.posts)
}

// anyOrderPostsOnce: whatever the order of claims, kills, lapses, lost answers, retries, taking back, bringing back and
// records, a delivery stands in its channel once at most; and in the end storage knows its post, so that it can be changed,
// or it was taken back and never stood there.
func anyOrderPostsOnce(t *testing.T, e *env) {
	for seed := range uint64(60) {
		id := clarion.CampaignID(fmt.Sprint("order", seed))
		p := &play{t: t, e: e, random: rand.New(rand.NewPCG(seed, 1)), now: noon, c: clarion.Campaign{ID: id, CreatedAt: noon}}
		p.d = delivery(fmt.Sprint("order", seed), noon)
		p.d.Campaign = id
		p.say("seed %d", seed)
		_, err := e.w.Plan(e.ctx, p.c, clarion.Drop{ID: p.d.ID, Campaign: id, At: noon}, []clarion.Delivery{p.d})
		p.must(err)
		for range 50 {
			p.step()
		}
		p.end()
	}
}
