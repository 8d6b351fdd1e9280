package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

func TestJobsListsWhatWaitsRunsAndFailedAndTriesAgain(t *testing.T) {
	redis := miniredis.RunT(t)
	settings := env("REDIS_URL=redis://" + redis.Addr())
	db, err := storage.Open(storage.Options{URL: "redis://" + redis.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	w, due := db.Workspace("main"), time.Now().Add(-time.Minute)
	jobs := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"jobs"}, args...), settings, strings.NewReader(""), &out, &out)
		return out.String(), err
	}
	if out, err := jobs(); err != nil || out != "jobs: open=0 failed=0\n" {
		t.Errorf("with nothing: %q, %v", out, err)
	}
	delivery := func(id string) clarion.Delivery {
		return clarion.Delivery{ID: id, Kind: clarion.DropDelivery, Campaign: "xmas", Store: "kingston", Channel: clarion.Channel{Platform: clarion.Slack, ID: "C1"}, Due: due}
	}
	if _, err := w.Enqueue(t.Context(), delivery("waits"), delivery("runs"), delivery("failed"), delivery("posted")); err != nil {
		t.Fatal(err)
	}
	claim := func(id string) clarion.Delivery {
		d, ok, err := w.Claim(context.Background(), id, time.Now(), time.Now().Add(time.Minute))
		if err != nil || !ok {
			t.Fatal(id, ok, err)
		}
		return d
	}
	claim("runs")
	later := time.Now().Add(30 * time.Second).In(london)
	if err := w.Postpone(t.Context(), claim("waits"), later, "It waits for its turn."); err != nil {
		t.Fatal(err)
	}
	if err := w.Fail(t.Context(), claim("failed"), time.Now(), "The channel\nis archived.", clarion.Delivery{}); err != nil {
		t.Fatal(err)
	}
	claim("posted")
	if err := w.Record(t.Context(), "posted", storage.Posted{PostID: "1.1", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	out, err := jobs()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err != nil || len(lines) != 5 || lines[4] != "jobs: open=2 failed=1" {
		t.Fatalf("%q, %v", out, err)
	}
	for i, want := range [][]string{{"STATE", "DUE", "NEXT TRY", "CHANNEL", "WHY"}, {"waiting", later.Format(time.DateTime), "slack:C1", "waits"}, {"running", "1", "runs"}, {"failed", "failed", "The channel is archived."}} {
		for _, word := range want {
			if !strings.Contains(lines[i], word) {
				t.Errorf("line %d is %q, want %q in it", i+1, lines[i], word)
			}
		}
	}
	for _, name := range []string{"nothing", "waits"} {
		if _, err := jobs("retry", name); err == nil || !strings.Contains(err.Error(), "clarion jobs") {
			t.Errorf("retry %s: %v", name, err)
		}
	}
	for _, nothing := range [][]string{{"retry"}, {"retry", "-all"}} {
		if _, err := jobs(nothing...); exitCode(err) != 2 || !strings.Contains(err.Error(), "clarion jobs retry all") {
			t.Errorf("%v: %v", nothing, err)
		}
	}
	if out, err := jobs("retry", "-h"); err != nil || !strings.Contains(out, "retry [all") {
		t.Errorf("help: %q, %v", out, err)
	}
	if _, err := jobs("-nonsense"); exitCode(err) != 2 {
		t.Errorf("a flag that there is not: %v", err)
	}
	if out, err := jobs("retry", "xmas"); err != nil || out != "jobs: retried=1\n" {
		t.Errorf("retry of the campaign: %q, %v", out, err)
	}
	if out, err := jobs("-all"); err != nil || !strings.Contains(out, "jobs: open=3 failed=0") {
		t.Errorf("afterwards: %q, %v", out, err)
	}
	var many []clarion.Delivery
	for i := range 10_000 {
		many = append(many, delivery(fmt.Sprint("many", i)))
	}
	if _, err := w.Enqueue(t.Context(), many...); err != nil {
		t.Fatal(err)
	}
	if out, err := jobs(); err != nil || strings.Count(out, "\n") != listedJobs+3 ||
		!strings.HasSuffix(out, "\nAnd 9983 more: “clarion jobs -all” lists them.\njobs: open=10003 failed=0\n") {
		t.Errorf("of ten thousand: %q, %v", out, err)
	}
	if out, err := jobs("-all"); err != nil || strings.Count(out, "\n") != 10_003+2 {
		t.Errorf("all of ten thousand: %d lines, %v", strings.Count(out, "\n"), err)
	}
}
