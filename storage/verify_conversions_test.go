package storage

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

func verifyFindsConversions(t *testing.T, e *env) {
	_, link, official := e.sharing(t)
	e.convert(t, appointment("1", link.Code, kingston))
	e.convert(t, appointment("2", official.Code, leeds))
	must(t, e.w.PutDayTotal(e.ctx, clarion.DayTotal{Store: kingston, Day: "2026-11-18", Kind: "appointment", Count: 9, Value: 9}))
	e.agrees(t)
	record := e.rdb.HGet(e.ctx, e.w.conversionsKey("appointment", "1"), "appointment:1").Val()
	day, campaign := e.w.under(dailyPrefix, "2026-11-18"), e.w.under(convertedPrefix, string(xmas))
	for name, plant := range map[string]func(n int64) error{
		"a count of a store":      func(n int64) error { return e.rdb.HIncrBy(e.ctx, day, "count:kingston:appointment", n).Err() },
		"a value of a store":      func(n int64) error { return e.rdb.HIncrBy(e.ctx, day, "value:leeds:appointment", n).Err() },
		"a kind that nobody told": func(n int64) error { return e.rdb.HIncrBy(e.ctx, day, "count:leeds:sale", n).Err() },
		"a count of the official": func(n int64) error { return e.rdb.HIncrBy(e.ctx, campaign, "count:official:appointment", n).Err() },
		"a value of partners":     func(n int64) error { return e.rdb.HIncrBy(e.ctx, campaign, "value:partners:appointment", n).Err() },
		"a day that nobody told": func(n int64) error {
			return e.rdb.HIncrBy(e.ctx, e.w.under(dailyPrefix, "2026-11-19"), "count:leeds:sale", n).Err()
		},
		"a record without counters": func(n int64) error {
			if n < 0 {
				return e.rdb.HDel(e.ctx, e.w.conversionsKey("appointment", "3"), "appointment:3").Err()
			}
			return e.rdb.HSet(e.ctx, e.w.conversionsKey("appointment", "3"), "appointment:3", record).Err()
		},
	} {
		must(t, plant(1))
		report, err := e.w.Verify(e.ctx)
		if err != nil || len(report.Differences) == 0 {
			t.Errorf("%s: no difference was found, %v", name, err)
		}
		must(t, plant(-1))
	}
	e.agrees(t)
}

// An interruption does something each time before Redis is asked for keys of a pattern.
type interruption struct {
	pattern string
	do      func()
}

func (interruption) DialHook(next redis.DialHook) redis.DialHook { return next }

func (interruption) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (i interruption) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "scan" && strings.Contains(cmd.String(), i.pattern) {
			i.do()
		}
		return next(ctx, cmd)
	}
}

func TestVerifyStartsAgainWhenConversionsComeMeanwhile(t *testing.T) {
	e := newEnv(t, miniBackend(t), "moving")
	e.stores(t, kingston)
	told := 0
	e.rdb.AddHook(interruption{"match " + conversionsPrefix + ":", func() {
		if told++; told == 1 {
			_, err := e.another().Convert(e.ctx, appointment("meanwhile", "", kingston), clarion.DefaultRules(), time.UTC)
			must(t, err)
			// As if another had been told between the reading of records and of counters.
			must(t, e.rdb.HIncrBy(e.ctx, e.w.under(dailyPrefix, "2026-11-18"), "count:kingston:appointment", 1).Err())
		} else {
			must(t, e.rdb.HSet(e.ctx, e.w.under(dailyPrefix, "2026-11-18"), "count:kingston:appointment", 1).Err())
		}
	}})
	report, err := e.w.Verify(e.ctx)
	must(t, err)
	if len(report.Differences) != 0 || told < 2 {
		t.Errorf("verify looked %d times and found %v, want it to look again and find nothing", told, report.Differences)
	}
}
