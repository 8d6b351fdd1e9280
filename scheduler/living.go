package scheduler

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	looksAtOnce   = 500 // living posts that a round looks at
	updatesAtOnce = 4   // calls that change posts side by side
	lookLife      = time.Minute
	// figuresWait is how long figures wait that found no turn, when they are in the way of other posts.
	figuresWait = 10 * time.Second
	// troubleLife is how long a message about failed deliveries is kept up to date.
	troubleLife = 7 * 24 * time.Hour
)

// A view is what a post should show.
type view struct {
	message *chat.Message
	// mark names what it shows: the stage and revision of its campaign, and a hash of the message.
	mark string
	next time.Time // when to look again; zero: it stays so
}

// urgent says whether a post that shows what another mark names has to change at once: its campaign has come to
// another stage, or was changed by a person. Otherwise it is about figures.
func (v view) urgent(shown string) bool {
	stage := func(mark string) string { s, _, _ := strings.Cut(mark, "#"); return s }
	return stage(v.mark) != stage(shown)
}

// show writes what a delivery says at a time.
func (s *Scheduler) show(ctx context.Context, d clarion.Delivery, now time.Time) (view, error) {
	m, err := s.cfg.Write(ctx, s.cfg.Workspace, d, now)
	if err != nil {
		return view{}, err
	}
	v := view{message: m, next: s.nextLook(now)}
	state := string(d.Kind)
	switch d.Kind {
	case clarion.DropDelivery, clarion.ReminderDelivery:
		c, err := s.cfg.Workspace.Campaign(ctx, d.Campaign)
		if err != nil {
			return view{}, err
		}
		stage := c.Stage(now)
		state = fmt.Sprintf("%s/%d", stage, c.Revision)
		if change := c.Changes(now); !change.IsZero() && change.Before(v.next) {
			v.next = change
		}
		if stage >= clarion.Ended {
			v.next = time.Time{} // figures are final
		}
	case clarion.ApprovalDelivery:
		c, err := s.cfg.Workspace.Campaign(ctx, d.Campaign)
		if err != nil {
			return view{}, err
		}
		state = fmt.Sprintf("%s/%d", c.Stage(now), c.Revision)
		switch {
		case !isOpen(c, d, now):
			v.next = time.Time{} // there is nothing to decide any more
		case c.Ends.Before(v.next) && !c.Ends.IsZero():
			v.next = c.Ends
		}
	case clarion.TroubleDelivery:
		if !d.PostedAt.IsZero() && now.Sub(d.PostedAt) > troubleLife {
			v.next = time.Time{}
		}
	}
	if v.mark, err = markOf(state, m); err != nil {
		return view{}, err
	}
	return v, nil
}

func (s *Scheduler) nextLook(now time.Time) time.Time {
	return now.Add(cmp.Or(s.cfg.LiveEvery, time.Minute))
}

// firstLook is when a post that was adopted is looked at: at once, as nobody knows what it shows.
func (s *Scheduler) firstLook(d clarion.Delivery, now time.Time) time.Time {
	if !d.IsLiving() {
		return time.Time{}
	}
	return now
}

// markOf names a message: equal messages have equal marks, in every process.
func markOf(state string, m *chat.Message) (string, error) {
	h := sha256.New()
	for _, p := range m.Parts {
		text, err := json.Marshal(p)
		if err != nil {
			return "", fmt.Errorf("naming a message: %w", err)
		}
		fmt.Fprintf(h, "%T %s\n", p, text)
	}
	return state + "#" + hex.EncodeToString(h.Sum([]byte(nil))[:8]), nil
}

// refresh changes posts on a platform that no longer show what they should: at once when their campaign came to another
// stage or was changed, and figures at most every so often, on Slack never while new posts wait. Each platform has rounds of
// its own, so that none waits for another's answer; posts on one that is not spoken here are the first one's to let go.
func (s *Scheduler) refresh(ctx context.Context, now time.Time, on clarion.Platform) error {
	looks, err := s.cfg.Workspace.Looks(ctx, now, looksAtOnce)
	if err != nil || len(looks) == 0 {
		return err
	}
	full := len(looks) == looksAtOnce
	looks = slices.DeleteFunc(looks, func(l storage.Look) bool {
		p := l.Delivery.Channel.Platform
		_, spoken := s.cfg.Posters[p]
		return p != on && (spoken || on != s.platforms()[0])
	})
	waiting, err := s.cfg.Workspace.AnyDue(ctx, now)
	if err != nil {
		return err
	}
	var urgent, calm []change
	var errs []error
	same := map[clarion.CampaignID]view{} // a drop's post is the same in every channel
	fresh := map[clarion.CampaignID]bool{}
	for _, look := range looks {
		d := look.Delivery
		if d.Campaign != "" && !fresh[d.Campaign] {
			// Another process may have changed it a moment ago. What is read here is what is written from below.
			if _, err := s.cfg.Workspace.FreshCampaign(ctx, d.Campaign); err != nil {
				errs = append(errs, fmt.Errorf("looking at the post of delivery %s: %w", d.ID, err))
				continue
			}
			fresh[d.Campaign] = true
		}
		v, known := same[d.Campaign]
		if !known || d.Kind != clarion.DropDelivery {
			if v, err = s.show(ctx, d, now); err != nil {
				errs = append(errs, fmt.Errorf("writing the post of delivery %s: %w", d.ID, err))
				continue
			}
		}
		if d.Kind == clarion.DropDelivery {
			same[d.Campaign] = v
		}
		switch c := (change{look, v}); {
		case v.mark == look.Shown || !v.urgent(look.Shown):
			calm = append(calm, c)
		default:
			urgent = append(urgent, c)
		}
	}
	over, err := s.updateAll(ctx, urgent, false)
	errs = append(errs, err)
	over, err = s.updateAll(ctx, calm, over || waiting && s.paces(on).FiguresWait)
	errs = append(errs, err)
	if over && full {
		errs = append(errs, s.letOthersBy(ctx, calm))
	}
	return errors.Join(errs...)
}

// letOthersBy puts off figures that wait for a turn: behind as many of them a post can stand whose campaign has
// opened.
func (s *Scheduler) letOthersBy(ctx context.Context, calm []change) error {
	var late []storage.Look
	for _, c := range calm {
		if c.view.mark != c.Shown {
			late = append(late, c.Look)
		}
	}
	return s.cfg.Workspace.PutOffLooks(ctx, s.cfg.Now().Add(figuresWait), late...)
}

// updateAll changes posts in their order, until the pace has no more turns, and says whether it has none. When it had
// none before, only posts that show what they should are dealt with. It finishes what it has begun.
func (s *Scheduler) updateAll(ctx context.Context, changes []change, none bool) (over bool, err error) {
	var g errgroup.Group
	g.SetLimit(updatesAtOnce)
	errs := make([]error, len(changes))
	var noTurn atomic.Bool
	noTurn.Store(none)
	for i, c := range changes {
		if ctx.Err() != nil {
			break
		}
		if noTurn.Load() && c.view.mark != c.Shown {
			continue
		}
		g.Go(func() error {
			attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), actLimit)
			defer cancel()
			if errs[i] = s.update(attempt, c); errors.Is(errs[i], errNoTurn) {
				errs[i] = nil
				noTurn.Store(true)
			}
			return nil
		})
	}
	_ = g.Wait() // its functions return nil: each error has its place in errs
	return noTurn.Load(), errors.Join(errs...)
}

// errNoTurn says that the pace lets no more posts be changed now.
var errNoTurn = errors.New("no turn")

// A change is a post and what it should show.
type change struct {
	storage.Look
	view view
}

// update makes a post show what it should, if this process is the one to do it and the pace has a turn. The error
// is storage's, or errNoTurn.
func (s *Scheduler) update(ctx context.Context, c change) error {
	d := c.Delivery
	poster, ok := s.cfg.Posters[d.Channel.Platform]
	p := s.paces(d.Channel.Platform)
	all, each := onPlatform(updating, d.Channel.Platform), onPlatform(updatingEach, d.Channel.Platform)
	if ok && c.view.mark != c.Shown {
		if p.EachChanges.PerMinute > 0 {
			wait, err := s.cfg.Workspace.Reserve(ctx, each, d.Channel, storage.Pace{}, p.EachChanges, 0)
			if err != nil {
				return err
			}
			if wait > 0 { // this channel has no turn; others do
				return s.cfg.Workspace.PutOffLooks(ctx, s.cfg.Now().Add(wait), c.Look)
			}
		}
		wait, err := s.cfg.Workspace.Reserve(ctx, all, d.Channel, p.Changes, storage.Pace{}, 0)
		if err != nil {
			return err
		}
		if wait > 0 {
			return errNoTurn // the next round looks again
		}
	}
	now := s.cfg.Now()
	until := now.Add(lookLife)
	taken, err := s.cfg.Workspace.TakeLook(ctx, c.Look, until)
	if err != nil || !taken {
		return err
	}
	if !ok {
		return s.cfg.Workspace.Looked(ctx, d.ID, until, time.Time{}, c.Shown)
	}
	if c.view.mark == c.Shown {
		return s.cfg.Workspace.Looked(ctx, d.ID, until, c.view.next, c.Shown)
	}
	err = poster.Update(ctx, d.Channel, d.PostID, d.ID, c.view.message)
	var busy *chat.BusyError
	var refused *chat.RefusedError
	switch {
	case err == nil:
		s.metrics.updates.WithLabelValues("changed").Inc()
		return s.cfg.Workspace.Looked(ctx, d.ID, until, c.view.next, c.view.mark)
	case errors.As(err, &refused):
		s.metrics.updates.WithLabelValues("given up").Inc()
		s.cfg.Logger.Warn("a post can no longer be changed", "delivery", d.ID, "channel", d.Channel.String(), "error", err)
		return s.cfg.Workspace.Looked(ctx, d.ID, until, time.Time{}, c.Shown)
	case errors.As(err, &busy):
		if p.EachChanges.PerMinute > 0 { // the platform has a limit for each channel: that is nearer
			err = errors.Join(err, s.cfg.Workspace.Hold(ctx, each, d.Channel, p.EachChanges, busy.After))
		} else {
			err = errors.Join(err, s.cfg.Workspace.Hold(ctx, all, clarion.Channel{}, p.Changes, busy.After))
		}
	}
	s.metrics.updates.WithLabelValues("postponed").Inc()
	s.cfg.Logger.Info("a post is changed later", "delivery", d.ID, "error", err)
	wait := 10 * time.Second
	if busy != nil {
		wait = max(busy.After, time.Second)
	}
	return s.cfg.Workspace.Looked(ctx, d.ID, until, s.cfg.Now().Add(wait), c.Shown)
}
