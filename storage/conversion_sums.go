package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// Whose link a customer came by, as counters tell it.
const (
	whosePartners = "partners"
	whoseOfficial = "official"
)

// A ConversionSum is how many conversions there were, and what they were worth together.
type ConversionSum struct {
	Count      int
	Hundredths int64 // of the company's currency
}

// CampaignSums are a campaign's conversions of one kind, by whose link the customers came.
type CampaignSums struct {
	Partners, Official ConversionSum
}

// CampaignConversions returns what customers did who came by a campaign's links, by kind.
func (w *Workspace) CampaignConversions(ctx context.Context, c clarion.CampaignID) (map[string]CampaignSums, error) {
	key := w.under(convertedPrefix, string(c))
	fields, err := w.rdb.HGetAll(ctx, key).Result()
	if err != nil {
		return nil, failed(err, "read the conversions of campaign %s", c)
	}
	counters, err := readCounters(key, fields)
	if err != nil {
		return nil, err
	}
	kinds := make(map[string]CampaignSums)
	for of, sum := range counters {
		sums := kinds[of.kind]
		switch of.whose {
		case whosePartners:
			sums.Partners = sum.recorded
		case whoseOfficial:
			sums.Official = sum.recorded
		}
		kinds[of.kind] = sums
	}
	return kinds, nil
}

// StoreConversions returns what customers did in each store in a week, or booked there, by kind. Of each day and
// kind it is what was recorded one by one, or what [Workspace.PutDayTotal] says, whichever is more. Stores with
// nothing are left out.
func (w *Workspace) StoreConversions(ctx context.Context, week clarion.Week, loc *time.Location) (map[clarion.StoreID]map[string]ConversionSum, error) {
	const days = 7
	var keys [days]string
	var read [days]*redis.MapStringStringCmd
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range days {
			keys[i] = w.under(dailyPrefix, clarion.DayOf(week.Start(time.UTC).AddDate(0, 0, i), time.UTC))
			read[i] = p.HGetAll(ctx, keys[i])
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "read the conversions of %s", week)
	}
	stores := make(map[clarion.StoreID]map[string]ConversionSum)
	for i, key := range keys {
		counters, err := readCounters(key, read[i].Val())
		if err != nil {
			return nil, err
		}
		for of, c := range counters {
			store := clarion.StoreID(of.whose)
			if stores[store] == nil {
				stores[store] = make(map[string]ConversionSum)
			}
			sum := stores[store][of.kind]
			sum.Count += max(c.recorded.Count, c.total.Count)
			sum.Hundredths += max(c.recorded.Hundredths, c.total.Hundredths)
			stores[store][of.kind] = sum
		}
	}
	return stores, nil
}

// DayTotal returns what was last said of a day of a store, or [clarion.ErrNotFound].
func (w *Workspace) DayTotal(ctx context.Context, store clarion.StoreID, day, kind string) (clarion.DayTotal, error) {
	key, of := w.under(dailyPrefix, day), string(store)+":"+kind
	count, value := totalCount+":"+of, totalValue+":"+of
	read, err := w.rdb.HMGet(ctx, key, count, value).Result()
	if err != nil {
		return clarion.DayTotal{}, failed(err, "read how many of %s store %q had on %s", kind, store, day)
	}
	if len(read) != 2 || read[0] == nil || read[1] == nil {
		return clarion.DayTotal{}, failed(clarion.ErrNotFound, "read how many of %s store %q had on %s", kind, store, day)
	}
	counters, err := readCounters(key, map[string]string{count: fmt.Sprint(read[0]), value: fmt.Sprint(read[1])})
	sum := counters[counterOf{string(store), kind}].total
	return clarion.DayTotal{Store: store, Day: day, Kind: kind, Count: sum.Count, Value: sum.Hundredths}, err
}

// PutDayTotal stores what a booking system says of a day of a store, in place of what it said before. Whether
// there is such a store is for the caller to know.
func (w *Workspace) PutDayTotal(ctx context.Context, t clarion.DayTotal) error {
	of := string(t.Store) + ":" + t.Kind
	err := w.rdb.HSet(ctx, w.under(dailyPrefix, t.Day), totalCount+":"+of, t.Count, totalValue+":"+of, t.Value).Err()
	return failed(err, "store how many of %s store %q had on %s", t.Kind, t.Store, t.Day)
}

// What stands before a counter's owner and kind.
const (
	recordedCount = "count"
	recordedValue = "value"
	totalCount    = "total"
	totalValue    = "worth"
)

// A counterOf names a counter: of partners' or official links, or of a store, and of which kind.
type counterOf struct{ whose, kind string }

// A counter is what was recorded one by one, and what a booking system says of all.
type counter struct{ recorded, total ConversionSum }

func readCounters(key string, fields map[string]string) (map[counterOf]counter, error) {
	counters := make(map[counterOf]counter)
	for field, text := range fields {
		n, err := strconv.ParseInt(text, 10, 64)
		parts := strings.Split(field, ":")
		if err != nil || len(parts) != 3 {
			return nil, fmt.Errorf("read %q of %s: %q is not a counter", field, key, text)
		}
		of := counterOf{parts[1], parts[2]}
		c := counters[of]
		switch parts[0] {
		case recordedCount:
			c.recorded.Count = int(n)
		case recordedValue:
			c.recorded.Hundredths = n
		case totalCount:
			c.total.Count = int(n)
		case totalValue:
			c.total.Hundredths = n
		}
		counters[of] = c
	}
	return counters, nil
}
