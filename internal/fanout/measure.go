package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/realredis"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

const (
	// ahead of its time the drop is planned, while the process runs already.
	planned = 5 * time.Second
	// patience is how many times what the limits demand a drop may take, and a minute, before it is given up.
	patience = 3
)

// measure sends one drop to so many stores, in a world of its own.
func measure(ctx context.Context, stores int, out io.Writer) (r result, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience*demanded(stores)+5*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "clarion-fanout-")
	if err != nil {
		return result{}, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w; the logs are in %s", err, dir)
			return
		}
		_ = os.RemoveAll(dir)
	}()
	redis, err := realredis.Start(ctx, dir)
	if err != nil {
		return result{}, err
	}
	defer redis.Kill()
	slack, err := rehearsal.StartSlack(ctx, dir, rehearsal.SlackConfig{
		Stores: stores, Limits: playground.Limits{Channel: channel, Methods: map[string]playground.Rate{"chat.postMessage": workspace}},
	})
	if err != nil {
		return result{}, err
	}
	defer slack.Kill()
	url := "redis://" + redis.Addr
	bot, err := rehearsal.Build(ctx, dir, url, slack)
	if err != nil {
		return result{}, err
	}
	places, err := bot.NewPlaces("serve")
	if err != nil {
		return result{}, err
	}
	server, err := places[0].Serve(0)
	if err != nil {
		return result{}, err
	}
	defer server.Kill()
	if err := server.Ready(ctx); err != nil {
		return result{}, err
	}
	due, err := plan(ctx, url, stores)
	if err != nil {
		return result{}, fmt.Errorf("planning the drop: %w", err)
	}
	if err := await(ctx, slack, server, stores, due, out); err != nil {
		return result{}, err
	}
	if r, err = read(ctx, slack, stores, due); err != nil {
		return result{}, err
	}
	fmt.Fprintln(out, r)
	if err := server.Stop(ctx, 30*time.Second); err != nil {
		return result{}, fmt.Errorf("stopping the process, whose log is %s: %w", filepath.Base(server.Log()), err)
	}
	return r, nil
}

// plan stores the stores and a drop to all of them, and returns when it is due.
func plan(ctx context.Context, url string, stores int) (due time.Time, err error) {
	db, err := storage.Open(storage.Options{URL: url})
	if err != nil {
		return time.Time{}, err
	}
	defer db.Close()
	w := db.Workspace(rehearsal.Workspace)
	list := rehearsal.Stores(stores)
	if _, err := rehearsal.PutStores(ctx, w, list, 0); err != nil {
		return time.Time{}, err
	}
	due = time.Now().Add(planned).Truncate(time.Millisecond)
	var deliveries []clarion.Delivery
	_, deliveries, err = rehearsal.Plan(ctx, w, 1, list, due, due.AddDate(0, 6, 0))
	if err == nil && len(deliveries) != stores {
		err = fmt.Errorf("there are %d deliveries", len(deliveries))
	}
	if err == nil && !time.Now().Before(due) {
		err = fmt.Errorf("it took longer than %v", planned)
	}
	return due, err
}

// await returns when every channel has a post, or when that has taken far too long.
func await(ctx context.Context, slack *rehearsal.Slack, server *rehearsal.Server, stores int, due time.Time, out io.Writer) error {
	ctx, cancel := context.WithDeadline(ctx, due.Add(patience*demanded(stores)+time.Minute))
	defer cancel()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for said := 0; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-server.Ended():
			return fmt.Errorf("clarion has ended: %w", server.Err())
		case <-ticker.C:
		}
		posts, err := slack.Posts(ctx)
		if err != nil {
			return err
		}
		if len(posts) >= stores {
			return nil
		}
		if n := len(posts) / 200; n > said {
			said = n
			fmt.Fprintf(out, "%d of %d posts after %.0f s\n", len(posts), stores, time.Since(due).Seconds())
		}
	}
}

// read takes down what came of it.
func read(ctx context.Context, slack *rehearsal.Slack, stores int, due time.Time) (result, error) {
	posts, err := slack.Posts(ctx)
	if err != nil {
		return result{}, err
	}
	state, err := slack.State(ctx)
	if err != nil {
		return result{}, err
	}
	r := result{stores: stores, posts: len(posts), calls: state.Calls["chat.postMessage"], limited: state.Limited["chat.postMessage"]}
	seen := map[string]bool{}
	for i, p := range posts {
		at := p.At.Sub(due)
		if i == 0 {
			r.first, r.last = at, at
		}
		r.first, r.last = min(r.first, at), max(r.last, at)
		seen[p.Channel] = true
	}
	r.channels = len(seen)
	return r, nil
}
