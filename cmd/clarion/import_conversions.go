package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/roster"
	"github.com/clarion-bot/clarion/storage"
)

// conversions imports what a booking system tells of its days. Of those told one by one none can change; the
// number of a store's day replaces the one before.
func (i *importing) conversions(ctx context.Context, w *storage.Workspace) (tally, error) {
	stores, err := w.Stores(ctx)
	if err != nil {
		return tally{}, err
	}
	file, err := os.Open(i.path)
	if err != nil {
		return tally{}, i.unreadable(err)
	}
	defer file.Close()
	told, wrong := roster.ReadConversions(file, stores, time.Now(), i.cfg.Location)
	if len(wrong) > 0 {
		return tally{}, i.report(wrong)
	}
	if wrong, err = unknownLinks(ctx, w, told.Conversions); err != nil {
		return tally{}, err
	}
	if len(wrong) > 0 {
		return tally{}, i.report(wrong)
	}
	rules, err := i.rules(ctx, w)
	if err != nil {
		return tally{}, err
	}
	t := tally{all: len(told.Conversions) + len(told.Totals)}
	verb := "Importing"
	if i.dry {
		verb = "Comparing"
	}
	p := newProgress(i.c.Out, verb, t.all)
	defer p.end()
	for n, line := range told.Conversions {
		isNew, err := i.conversion(ctx, w, line.Conversion, rules)
		if err != nil {
			return tally{}, fmt.Errorf("line %d: %w", line.Line, err)
		}
		if isNew {
			t.created++
		}
		p.update(n + 1)
	}
	for n, total := range told.Totals {
		known, err := w.DayTotal(ctx, total.Store, total.Day, total.Kind)
		switch {
		case errors.Is(err, clarion.ErrNotFound):
			t.created++
		case err != nil:
			return tally{}, err
		case known != total:
			t.changed++
		}
		if !i.dry && known != total {
			if err := w.PutDayTotal(ctx, total); err != nil {
				return tally{}, err
			}
		}
		p.update(len(told.Conversions) + n + 1)
	}
	return t, nil
}

// conversion imports one conversion, or only looks for it, and says whether it is new.
func (i *importing) conversion(ctx context.Context, w *storage.Workspace, c clarion.Conversion, rules clarion.Rules) (isNew bool, err error) {
	if i.dry {
		has, err := w.HasConversion(ctx, c.Kind, c.ID)
		return !has, err
	}
	done, err := w.Convert(ctx, c, rules, i.cfg.Location)
	return done.New, err
}

// rules returns the rules in force. They are those that the bot has stored: the settings of an import in the night
// need not have CLARION_POINTS. Where no bot has run, they are those of the settings.
func (i *importing) rules(ctx context.Context, w *storage.Workspace) (clarion.Rules, error) {
	rules, err := w.Rules(ctx)
	if !errors.Is(err, clarion.ErrNotFound) {
		return rules, err
	}
	if i.dry {
		return i.cfg.Points, nil
	}
	return w.PutRules(ctx, i.cfg.Points)
}

// unknownLinks lists the lines whose click or code is that of no link.
func unknownLinks(ctx context.Context, w *storage.Workspace, lines []roster.ConversionLine) ([]roster.Problem, error) {
	var wrong []roster.Problem
	for _, line := range lines {
		if line.Conversion.Code == "" {
			continue
		}
		_, err := w.Link(ctx, line.Conversion.Code)
		switch {
		case errors.Is(err, clarion.ErrNotFound):
			wrong = append(wrong, roster.Problem{
				Line: line.Line, Field: "click", Text: "There is no share link of this click or code: check that it is whole, or leave it empty.",
			})
		case err != nil:
			return nil, err
		}
	}
	return wrong, nil
}
