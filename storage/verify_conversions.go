package storage

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// readConversions compares the counters of conversions with what is recorded one by one. What a booking system
// says of a whole day stands for itself.
func (v *verification) readConversions(ctx context.Context) error {
	before, err := v.conversionCounters(ctx)
	if err != nil {
		return err
	}
	recorded, err := v.recordedConversions(ctx)
	if err != nil {
		return err
	}
	stored, err := v.conversionCounters(ctx)
	if err != nil {
		return err
	}
	v.moving = !maps.Equal(before, stored)
	for of, n := range stored {
		v.compare(of.key, of.field, "conversions or their value", float64(recorded[of]), float64(n))
	}
	for of, n := range recorded {
		if _, compared := stored[of]; !compared {
			v.compare(of.key, of.field, "conversions or their value", float64(n), 0)
		}
	}
	return nil
}

// A conversionCounter is one field of converted:{ws}:<campaign> or daily:{ws}:<day>.
type conversionCounter struct{ key, field string }

func (v *verification) conversionCounters(ctx context.Context) (map[conversionCounter]int64, error) {
	counters := make(map[conversionCounter]int64)
	for _, prefix := range []string{convertedPrefix, dailyPrefix} {
		if err := v.find(ctx, prefix); err != nil {
			return nil, err
		}
		for key := range v.keys[prefix] {
			fields, err := v.w.rdb.HGetAll(ctx, key).Result()
			if err != nil {
				return nil, failed(err, "read %s", key)
			}
			read, err := readCounters(key, fields)
			if err != nil {
				return nil, err
			}
			for of, c := range read {
				addConversions(counters, key, of, c.recorded)
			}
		}
	}
	return counters, nil
}

func (v *verification) recordedConversions(ctx context.Context) (map[conversionCounter]int64, error) {
	sums := make(map[conversionCounter]int64)
	if err := v.find(ctx, conversionsPrefix); err != nil {
		return nil, err
	}
	for key := range v.keys[conversionsPrefix] {
		records, err := v.w.rdb.HGetAll(ctx, key).Result()
		if err != nil {
			return nil, failed(err, "read %s", key)
		}
		for field, packed := range records {
			r, err := unpackConversion(packed)
			if err != nil {
				return nil, fmt.Errorf("read %q of %s: %w", field, key, err)
			}
			kind, _, _ := strings.Cut(field, ":")
			one := ConversionSum{Count: 1, Hundredths: r.value}
			if whose := r.whose(); whose != "" {
				addConversions(sums, v.w.under(convertedPrefix, string(r.link.Campaign)), counterOf{whose, kind}, one)
			}
			if r.store != "" {
				addConversions(sums, v.w.under(dailyPrefix, r.day), counterOf{string(r.store), kind}, one)
			}
		}
	}
	return sums, nil
}

// addConversions adds to the two counters of an owner and kind. One that stays zero is as if it were not there.
func addConversions(to map[conversionCounter]int64, key string, of counterOf, sum ConversionSum) {
	for what, n := range map[string]int64{recordedCount: int64(sum.Count), recordedValue: sum.Hundredths} {
		if n != 0 {
			to[conversionCounter{key, what + ":" + of.whose + ":" + of.kind}] += n
		}
	}
}
