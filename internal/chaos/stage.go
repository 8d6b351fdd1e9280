package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/internal/realredis"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/teams"
	"github.com/clarion-bot/clarion/storage"
)

// processes is how many processes of Clarion run at most.
const processes = 10

// A stage is what everything takes place on.
type stage struct {
	dir    string // of all files
	redis  []*realredis.Server
	slack  *rehearsal.Slack
	teams  *rehearsal.Teams
	bot    *rehearsal.Clarion
	places []*rehearsal.Place
	db     *storage.Storage
}

// workspace is the company's part of the storage.
func (s *stage) workspace() *storage.Workspace { return s.db.Workspace(rehearsal.Workspace) }

// limits are Slack's, but that the workspace has twice its pace: with a process killed every three seconds, and the turns lost
// that it had, a run would take too long.
func limits() playground.Limits {
	return playground.Limits{Methods: map[string]playground.Rate{"chat.postMessage": {PerMinute: 600, Burst: 40}}}
}

// pace is what Clarion is told of them.
const pace = "CLARION_PACE=600/36"

// badWeather is what goes wrong with Slack while anything does. A fifth of the calls fail, half of those after their work.
// What is slow takes less than the time for which a claim holds, as the process that has sent it may be dead.
func badWeather(seed uint64) playground.Weather {
	return playground.Weather{
		Seed: seed, Slow: .1, Slowest: 4 * time.Second, Longest: 3,
		Failures: map[playground.Failure]float64{
			playground.RateLimited: .05, playground.ServerError: .03, playground.Cut: .02, playground.Hang: .01,
			playground.CutAfter: .05, playground.ServerErrorAfter: .03, playground.HangAfter: .01,
		},
	}
}

// badTeamsWeather is what goes wrong with Teams. A seventh of the calls fail in ways that the bot may repeat, and of another
// seventh half are done without its hearing of it.
func badTeamsWeather(seed uint64) teams.Weather {
	return teams.Weather{
		Seed: seed, Slow: .1, Slowest: 4 * time.Second, Longest: 3,
		Failures: map[teams.Failure]float64{
			teams.Throttled: .04, teams.Precondition: .03, teams.BadGateway: .03, teams.GatewayTimeout: .02, teams.ServerError: .02, teams.Cut: .02,
			teams.Hang: .01, teams.CutAfter: .04, teams.GatewayTimeoutAfter: .02, teams.HangAfter: .01,
		},
	}
}

// raise builds the stage. What it has built when it fails is torn down.
func raise(ctx context.Context, o options) (s *stage, err error) {
	s = &stage{}
	defer func() {
		if err != nil {
			s.tearDown()
			err = fmt.Errorf("%w; the logs are in %s", err, s.dir)
		}
	}()
	if s.dir, err = os.MkdirTemp("", "clarion-chaos-"); err != nil {
		return s, err
	}
	var url string
	if o.cluster {
		if s.redis, err = realredis.StartCluster(ctx, s.dir); err != nil {
			return s, err
		}
		var addresses []string
		for _, node := range s.redis {
			addresses = append(addresses, node.Addr)
		}
		url = "redis+cluster://" + strings.Join(addresses, ",")
	} else {
		server, err := realredis.Start(ctx, s.dir)
		if err != nil {
			return s, err
		}
		s.redis, url = []*realredis.Server{server}, "redis://"+server.Addr
	}
	if s.slack, err = rehearsal.StartSlack(ctx, s.dir, rehearsal.SlackConfig{Stores: o.stores, Limits: limits()}); err != nil {
		return s, err
	}
	if s.bot, err = rehearsal.Build(ctx, s.dir, url, s.slack, pace); err != nil {
		return s, err
	}
	if s.teams, err = rehearsal.StartTeams(o.company()); err != nil {
		return s, err
	}
	s.bot.Join(s.teams)
	var names []string
	for i := range processes {
		names = append(names, fmt.Sprintf("clarion-%02d", i+1))
	}
	if s.places, err = s.bot.NewPlaces(names...); err != nil {
		return s, err
	}
	s.db, err = storage.Open(storage.Options{URL: url})
	return s, err
}

// tearDown ends everything that the stage has started. Its files stay.
func (s *stage) tearDown() {
	if s.db != nil {
		s.db.Close()
	}
	if s.slack != nil {
		s.slack.Kill()
	}
	if s.teams != nil {
		s.teams.Stop()
	}
	for _, server := range s.redis {
		server.Kill()
	}
}
