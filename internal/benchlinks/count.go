package main

import (
	"context"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// A tally says what was answered and what was counted.
type tally struct {
	answered, raw, credited int
	wrong                   []string // what differs, in words; the links first
}

func (t tally) exact() bool {
	return len(t.wrong) == 0 && t.raw == t.answered && t.credited == t.answered
}

func (t tally) String() string {
	text := fmt.Sprintf("%d visits answered, %d counted, %d credited", t.answered, t.raw, t.credited)
	if len(t.wrong) > 0 {
		text += fmt.Sprintf("; %d differences, the first: %s", len(t.wrong), t.wrong[0])
	}
	return text
}

// add compares what a link has with how many of its visits were answered.
func (t *tally) add(link clarion.ShareLink, answered, raw, credited int) {
	t.answered, t.raw, t.credited = t.answered+answered, t.raw+raw, t.credited+credited
	if raw != answered || credited != answered {
		t.wrong = append(t.wrong, fmt.Sprintf("link %s has %d visits and %d credited clicks, and %d visits were answered", link.Code, raw, credited, answered))
	}
}

// clicks returns how often a link was visited, and how many of those visits were credited.
func clicks(ctx context.Context, w *storage.Workspace, link clarion.ShareLink) (raw, credited int, err error) {
	counted, err := w.Tally(ctx, link.Campaign, link.Partner)
	if err != nil {
		return 0, 0, err
	}
	visits := counted.Visits[link.Network]
	return visits.Raw(), visits[clarion.Credited], nil
}

// countClarion reads what Clarion has counted: each answered visit must be on its link once and credited once,
// and everything must agree with the ledger.
func countClarion(ctx context.Context, w *storage.Workspace, links []clarion.ShareLink, v *visits) (tally, error) {
	var t tally
	for i, link := range links {
		raw, credited, err := clicks(ctx, w, link)
		if err != nil {
			return tally{}, err
		}
		t.add(link, v.onLink(i), raw, credited)
	}
	report, err := w.Verify(ctx)
	if err != nil {
		return tally{}, err
	}
	if report.Awards != t.answered {
		t.wrong = append(t.wrong, fmt.Sprintf("the ledger has %d awards", report.Awards))
	}
	for _, d := range report.Differences {
		t.wrong = append(t.wrong, d.String())
	}
	return t, nil
}
