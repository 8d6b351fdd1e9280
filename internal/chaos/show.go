package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/teams"
)

// A drama is one run.
type drama struct {
	options
	*stage
	out     io.Writer
	acts    []act
	agenda  *agenda
	crowd   *crowd
	gaps    *outages
	victims []*victim
	front   *rehearsal.Server // whom Teams calls, undisturbed

	installed time.Time             // what stands in Teams since before it is no delivery
	settled   []rehearsal.TeamsPost // what stood in Teams when all had settled, and nobody had pressed in it yet
	pressed   bool
	began     time.Time
}

// show runs everything and says what came of it.
func show(ctx context.Context, o options, out io.Writer) error {
	s, err := raise(ctx, o)
	if err != nil {
		return err
	}
	defer s.tearDown()
	d := newDrama(o, s, out)
	d.say("seed %d; logs in %s", o.seed, s.dir)
	err = d.play(ctx)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = errors.Join(cause, err)
		}
		d.say("the run could not be ended: %v", err)
	}
	v := d.audit(context.WithoutCancel(ctx))
	d.list(v.findings)
	if err == nil && len(v.findings) > 0 {
		err = fmt.Errorf("%d things are wrong", len(v.findings))
	}
	if err == nil {
		_ = os.RemoveAll(s.dir)
	} else {
		d.say("the logs are kept in %s; the same again: -seed %d", s.dir, o.seed)
	}
	d.say("%v", v)
	return err
}

// shown is how many findings are printed; a file beside the logs has all.
const shown = 40

func (d *drama) list(findings []string) {
	for _, finding := range findings[:min(shown, len(findings))] {
		d.say("%s", finding)
	}
	if len(findings) > shown {
		d.say("… and %d more", len(findings)-shown)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "findings.txt"), []byte(strings.Join(findings, "\n")+"\n"), 0o600); err != nil {
		d.say("the findings could not be kept: %v", err)
	}
}

func newDrama(o options, s *stage, out io.Writer) *drama {
	stream := uint64(0)
	random := func() *rand.Rand {
		stream++
		return rand.New(rand.NewPCG(o.seed, stream))
	}
	gaps := &outages{redis: s.redis, random: random()}
	d := &drama{
		options: o, stage: s, out: out, acts: calendar(time.Now(), s.bot.Location), gaps: gaps, crowd: newCrowd(gaps), began: time.Now(),
		agenda: &agenda{workspace: s.workspace(), stores: o.company()},
	}
	for _, place := range s.places {
		d.victims = append(d.victims, &victim{place: place, random: random(), gaps: gaps})
	}
	return d
}

func (d *drama) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// killed is how many processes of Clarion were killed.
func (d *drama) killed() (n int) {
	for _, v := range d.victims {
		n += v.killed()
	}
	return n
}

// play plays all acts, and lets everything settle. Its error says that the run could not be ended.
func (d *drama) play(ctx context.Context) error {
	partners, err := rehearsal.PutStores(ctx, d.agenda.workspace, d.agenda.stores, 1)
	if err != nil {
		return fmt.Errorf("storing the stores: %w", err)
	}
	if err := d.agenda.plan(ctx, d.campaigns, d.acts, partners, d.crowd); err != nil {
		return err
	}
	if err := d.undisturbed(ctx, 0, d.install); err != nil {
		return fmt.Errorf("adding the bot to teams: %w", err)
	}
	for i, a := range d.acts {
		if err := d.act(ctx, i, a); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		posts, err := d.slack.Posts(ctx)
		if err != nil {
			return err
		}
		d.say("%4.0f s: after %s there are %d messages in Slack and %d in Teams; kills=%d redis_restarts=%d", time.Since(d.began).Seconds(), a.name, len(posts), len(d.teams.Posts()), d.killed(), d.gaps.mark().restarts)
	}
	last := d.acts[len(d.acts)-1]
	if err := d.undisturbed(ctx, time.Until(last.begins)+longestAct, well(d.agenda.settled, d.closed)); err != nil {
		return fmt.Errorf("undisturbed: %w", err)
	}
	d.say("%4.0f s: undisturbed, everything has settled", time.Since(d.began).Seconds())
	d.settled = d.teams.Posts()
	// Two minutes later, as a copy is not taken for one before it has stood for one.
	if err := d.undisturbed(ctx, time.Until(last.begins)+longestAct+2*time.Minute, d.copiesGone); err != nil {
		return fmt.Errorf("after presses in Teams: %w", err)
	}
	d.say("%4.0f s: somebody has pressed in every post in Teams, and copies are gone", time.Since(d.began).Seconds())
	return nil
}

// How long an act takes, in which processes are killed. The last one goes on until there were enough kills, within a limit.
const (
	actTakes   = 22 * time.Second
	longestAct = 75 * time.Second
	// longestRest bounds what goes on undisturbed.
	longestRest = 150 * time.Second
)

// act plays one act. At its end all processes are killed, and nothing that they have asked of Slack is under way: in the next
// act the claims of the dead lapse early, because the clock has jumped. When a week ends with the act, two processes go on
// undisturbed until the announcements stand: a week later they make no sense any more.
func (d *drama) act(ctx context.Context, i int, a act) error {
	if err := d.slack.SetWeather(ctx, badWeather(d.seed+uint64(i))); err != nil {
		return err
	}
	if err := d.teams.SetWeather(badTeamsWeather(d.seed + uint64(i))); err != nil {
		return err
	}
	ahead := time.Until(a.begins)
	on, end := context.WithCancel(ctx)
	defer end()
	g, on := errgroup.WithContext(on)
	troupe := d.victims[:a.processes]
	for _, v := range troupe {
		g.Go(func() error {
			if a.processes == processes {
				return v.live(on, ahead, runLimit) // until the end of the act
			}
			return v.suffer(on, ahead)
		})
	}
	g.Go(func() error {
		d.crowd.come(on, d.seed+uint64(i), d.shareable(i), troupe)
		return nil
	})
	if a.outage {
		g.Go(func() error { return d.gaps.strike(on) })
	}
	began := time.Now()
	sleep(on, actTakes)
	if i == len(d.acts)-1 {
		await(on, began.Add(longestAct), d.killedEnough) // if that fails, the audit says so
	}
	end()
	if err := g.Wait(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := errors.Join(d.slack.Idle(ctx), d.teams.Idle(ctx)); err != nil {
		return err
	}
	if !a.ends {
		return nil
	}
	return d.undisturbed(ctx, time.Until(a.begins)+time.Since(began), func(ctx context.Context) error {
		return d.agenda.posted(ctx, append(d.agenda.announcements(a.announces), d.agenda.ofFirst()...))
	})
}

// shareable are the campaigns that the crowd shares in an act, in their order.
func (d *drama) shareable(i int) [][]*shared {
	all := d.crowd.campaigns[:min(i+1, d.campaigns)]
	if i >= firstEnds && len(all) > 1 {
		return all[1:] // what is over by then
	}
	return all
}

// killedEnough is nil when each of the two processes was killed often enough.
func (d *drama) killedEnough(context.Context) error {
	for i, v := range d.victims[:2] {
		if v.killed() < d.kills {
			return fmt.Errorf("process %d was killed only %d times", i+1, v.killed())
		}
	}
	return nil
}

// undisturbed runs two processes in good weather until all is well, and stops them in order.
func (d *drama) undisturbed(ctx context.Context, ahead time.Duration, well func(context.Context) error) error {
	if err := errors.Join(d.slack.SetWeather(ctx, playground.Weather{}), d.teams.SetWeather(teams.Weather{})); err != nil {
		return err
	}
	var servers []*rehearsal.Server
	defer func() {
		for _, s := range servers {
			s.Kill()
		}
	}()
	for _, v := range d.victims[:2] {
		server, err := v.place.Serve(ahead)
		if err != nil {
			return err
		}
		servers = append(servers, server)
	}
	for _, s := range servers { // before that nothing ends in order
		if err := s.Ready(ctx); err != nil {
			return err
		}
	}
	d.front = servers[0]
	if err := await(ctx, time.Now().Add(longestRest), well); err != nil {
		return err
	}
	for _, s := range servers {
		if err := s.Stop(ctx, 40*time.Second); err != nil {
			return fmt.Errorf("stopping a process in order: %w; see %s", err, s.Log())
		}
	}
	return nil
}

// await asks twice a second, until all is well or the deadline has come; then it returns what is not.
func await(ctx context.Context, deadline time.Time, well func(context.Context) error) error {
	for {
		err := well(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		sleep(ctx, 500*time.Millisecond)
	}
}
