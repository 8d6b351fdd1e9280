package storage

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/clarion-bot/clarion"
)

// A conversionRecord is what is stored of a conversion beside its kind and id, and decides what a repeat of it
// does. It is bytes: the version of the form, time in ms, day as days since 1970, value, store, whether it came
// by a link and gives points; then campaign, partner and network of the link; then points, cap and version
// of the rules. Some 60 bytes.
type conversionRecord struct {
	at       time.Time
	day      string
	value    int64
	store    clarion.StoreID
	link     clarion.ShareLink // without its code; zero when it is not known
	rewarded bool
	rule     clarion.Rule
	rules    int
}

const conversionForm = 1

// What a record says of the link.
const (
	noLink byte = iota
	byLink
	byRewardedLink
)

func (r conversionRecord) pack() []byte {
	b := append(make([]byte, 0, 80), conversionForm)
	b = binary.AppendVarint(b, r.at.UnixMilli())
	b = binary.AppendVarint(b, daysSince1970(r.day))
	b = binary.AppendVarint(b, r.value)
	b = appendText(b, string(r.store))
	switch {
	case r.link.Campaign == "":
		return append(b, noLink)
	case !r.rewarded:
		b = append(b, byLink)
	default:
		b = append(b, byRewardedLink)
	}
	b = appendID(appendID(b, string(r.link.Campaign)), string(r.link.Partner))
	b = appendListed(b, rowNetworks, string(r.link.Network))
	if !r.rewarded {
		return b
	}
	b = binary.AppendVarint(b, int64(r.rule.Points))
	b = binary.AppendVarint(b, int64(r.rule.Cap))
	return binary.AppendVarint(b, int64(r.rules))
}

var errConversion = errors.New("not a record of a conversion")

func unpackConversion(packed string) (conversionRecord, error) {
	r := rowReader{rest: []byte(packed)}
	if form := r.take(1); r.failed || form[0] != conversionForm {
		return conversionRecord{}, errConversion
	}
	c := conversionRecord{at: time.UnixMilli(r.number()).UTC()}
	c.day = time.Unix(r.number()*secondsOfDay, 0).UTC().Format(time.DateOnly)
	c.value = r.number()
	c.store = clarion.StoreID(r.take(r.length()))
	by := r.take(1)
	if !r.failed && by[0] != noLink {
		c.link = clarion.ShareLink{Campaign: clarion.CampaignID(r.id()), Partner: clarion.PartnerID(r.id()), Network: clarion.Network(r.listed(rowNetworks))}
		if c.rewarded = by[0] == byRewardedLink; c.rewarded {
			c.rule.Points, c.rule.Cap, c.rules = int(r.number()), int(r.number()), int(r.number())
		}
	}
	if r.failed {
		return conversionRecord{}, errConversion
	}
	return c, nil
}

// award returns what the conversion gives, or false when it gives nobody points.
func (r conversionRecord) award(kind, id string) (clarion.Award, bool) {
	if !r.rewarded {
		return clarion.Award{}, false
	}
	rules := clarion.Rules{Version: r.rules, For: map[clarion.Reason]clarion.Rule{clarion.ConversionReason: r.rule}}
	a := rules.Conversion(r.link, kind, id, r.at, time.UTC)
	a.Week = clarion.WeekOf(time.Unix(daysSince1970(r.day)*secondsOfDay, 0), time.UTC) // of the day in the workspace's zone
	return a, true
}

const secondsOfDay = 24 * 60 * 60

func daysSince1970(day string) int64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err) // it was made by DayOf
	}
	return t.Unix() / secondsOfDay
}

// whose says by whose link the customer came; "" when that is not known.
func (r conversionRecord) whose() string {
	switch {
	case r.link == (clarion.ShareLink{}):
		return ""
	case r.link.IsOfficial():
		return whoseOfficial
	}
	return whosePartners
}
